# Ruby with Fiddle: ruby client.rb REPLIES [--bench]. SPDX-License-Identifier: MIT
require "fiddle/import"

module Library
  extend Fiddle::Importer
  dlload "libsmtp5xx.so.0"
  %w[reason action basis rule provider blocklist].each { |what| extern "char *smtp5xx_#{what}_name(unsigned int)" }
  extern "int smtp5xx_diagnose(char *, size_t, void *, void *, void *, size_t, void *, size_t, void *, size_t)"
  extern "int smtp5xx_diagnose_batch(char *, size_t, void *, size_t, void *, void *, void *, size_t, void *, size_t)"
end

# The sizes of both structs as smtp5xx.h has them; String#unpack reads their fields.
VERDICT_SIZE = 80
ADVICE_SIZE = 68
VERDICT = "x4 S x3 C C x S C x S S L S S L L x4 L L"

REPLIES = File.binread(ARGV[0]).split("\n", -1)[0..-2].map { |line| line.gsub("\\n", "\n") }
DATA_OF_ALL = REPLIES.join
COUNT = REPLIES.size
OFFSETS = REPLIES.reduce([0]) { |ends, reply| ends << ends.last + reply.bytesize }.pack("l*")

def memory(size)
  Fiddle::Pointer.malloc(size, Fiddle::RUBY_FREE)
end
ONE_VERDICT = memory(VERDICT_SIZE)
ONE_ADVICE = memory(ADVICE_SIZE)
VERDICTS = memory(COUNT * VERDICT_SIZE)
ADVICES = memory(COUNT * ADVICE_SIZE)

def single(text)
  Library.smtp5xx_diagnose(text, text.bytesize, nil, nil, nil, 0, ONE_VERDICT, VERDICT_SIZE, ONE_ADVICE, ADVICE_SIZE)
end

def batch
  Library.smtp5xx_diagnose_batch(DATA_OF_ALL, DATA_OF_ALL.bytesize, OFFSETS, COUNT, nil, nil, VERDICTS, VERDICT_SIZE, ADVICES,
                                 ADVICE_SIZE)
end

def nanoseconds
  spent = Array.new(100) do
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
    5.times { yield }
    Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start
  end
  spent.min / 5 / COUNT
end

if ARGV[1] == "--bench"
  puts [nanoseconds { REPLIES.each { |text| single(text) } }, nanoseconds { batch }].join("\t")
  exit
end
batch
REPLIES.each_with_index do |text, i|
  single(text)
  verdict = ONE_VERDICT[0, VERDICT_SIZE]
  advice = ONE_ADVICE[0, ADVICE_SIZE]
  same = verdict == VERDICTS[i * VERDICT_SIZE, VERDICT_SIZE] && advice == ADVICES[i * ADVICE_SIZE, ADVICE_SIZE]
  abort "not the same: #{text}" unless same
  reason, confidence, basis, code, *status, rule, provider, blocklist, wait, limit, offset, length = verdict.unpack(VERDICT)
  action = advice.unpack1("x4 C")
  name = ->(what, id) { Library.public_send("smtp5xx_#{what}_name", id).to_s }
  puts [name["reason", reason], name["action", action], confidence, code, status.join("."), name["basis", basis],
        name["rule", rule], name["provider", provider], name["blocklist", blocklist], wait, limit, offset, length].join("\t")
end
