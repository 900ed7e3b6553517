# Perl with FFI::Platypus: perl client.pl REPLIES [--bench]. SPDX-License-Identifier: MIT
use strict;
use warnings;
use FFI::Platypus 2.00;
use FFI::Platypus::Buffer qw(scalar_to_pointer);
use List::Util qw(min);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my $ffi = FFI::Platypus->new(api => 2, lib => 'libsmtp5xx.so.0');
for my $what (qw(reason action basis rule provider blocklist)) {
    $ffi->attach("smtp5xx_${what}_name" => ['uint32'] => 'string');
}
# A result is a piece of memory that unpack() reads.
my @outputs = qw(opaque size_t opaque size_t);
$ffi->attach(smtp5xx_diagnose => [qw(string size_t opaque opaque opaque size_t), @outputs] => 'int');
$ffi->attach(smtp5xx_diagnose_batch => [qw(string size_t opaque size_t opaque opaque), @outputs] => 'int');

my ($path, $option) = @ARGV;
open my $file, '<:raw', $path or die "$path: $!\n";
chomp(my @replies = <$file>);
s/\\n/\n/g for @replies;
my $data = join '', @replies;
my $count = @replies;
my $end = 0;
my $offsets = pack 'l*', 0, map { $end += length } @replies;

# The sizes of both structs as smtp5xx.h has them.
my ($verdict_size, $advice_size) = (80, 68);
my ($verdict, $advice) = ("\0" x $verdict_size, "\0" x $advice_size);
my ($verdicts, $advices) = ($verdict x $count, $advice x $count);
my ($at_verdict, $at_advice) = (scalar_to_pointer($verdict), scalar_to_pointer($advice));
my ($at_verdicts, $at_advices) = (scalar_to_pointer($verdicts), scalar_to_pointer($advices));
my $at_offsets = scalar_to_pointer($offsets);

sub single {
    my ($text) = @_;
    smtp5xx_diagnose($text, length $text, undef, undef, undef, 0, $at_verdict, $verdict_size, $at_advice, $advice_size);
}

sub batch {
    smtp5xx_diagnose_batch($data, length $data, $at_offsets, $count, undef, undef, $at_verdicts, $verdict_size, $at_advices,
        $advice_size);
}

sub nanoseconds {
    my ($work) = @_;
    my @spent = map {
        my $begin = clock_gettime(CLOCK_MONOTONIC);
        $work->() for 1 .. 5;
        clock_gettime(CLOCK_MONOTONIC) - $begin;
    } 1 .. 100;
    return sprintf '%.0f', min(@spent) * 1e9 / 5 / $count;
}

if (($option // '') eq '--bench') {
    print nanoseconds(sub { single($_) for @replies }), "\t", nanoseconds(\&batch), "\n";
    exit;
}
batch();
for my $i (0 .. $#replies) {
    single($replies[$i]);
    die "not the same: $replies[$i]\n" if $verdict ne substr($verdicts, $i * $verdict_size, $verdict_size)
        or $advice ne substr($advices, $i * $advice_size, $advice_size);
    my ($reason, $confidence, $basis, $code, $class, $subject, $detail, $rule, $provider, $blocklist, $wait, $limit, $offset,
        $length) = unpack 'x4 S x3 C C x S C x S S L S S L L x4 L L', $verdict;
    my $action = unpack 'x4 C', $advice;
    print join("\t", smtp5xx_reason_name($reason), smtp5xx_action_name($action), $confidence, $code,
        "$class.$subject.$detail", smtp5xx_basis_name($basis), smtp5xx_rule_name($rule), smtp5xx_provider_name($provider),
        smtp5xx_blocklist_name($blocklist), $wait, $limit, $offset, $length), "\n";
}
