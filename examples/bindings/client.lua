-- LuaJIT: luajit client.lua REPLIES [--bench]. SPDX-License-Identifier: MIT
-- SMTP5XX_HEADER names the header, which LuaJIT reads itself, if it is not /usr/include/smtp5xx.h.
local ffi = require("ffi")

local function contents(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local header = contents(os.getenv("SMTP5XX_HEADER") or "/usr/include/smtp5xx.h")
header = header:gsub("#ifdef __cplusplus.-#endif", ""):gsub("\n#[^\n]*", "\n")
ffi.cdef(header .. "struct timespec { long seconds, nanoseconds; }; int clock_gettime(int, struct timespec *);")
local library = ffi.load("libsmtp5xx.so.0")

local replies, count = {}, 0
for line in contents(arg[1]):gmatch("([^\n]*)\n") do
  count = count + 1
  replies[count] = line:gsub("\\n", "\n")
end
local data = table.concat(replies)
local offsets = ffi.new("int32_t[?]", count + 1)
for i = 1, count do
  offsets[i] = offsets[i - 1] + #replies[i]
end
local verdicts, advices = ffi.new("smtp5xx_verdict[?]", count), ffi.new("smtp5xx_advice[?]", count)
local verdict, advice = ffi.new("smtp5xx_verdict[1]"), ffi.new("smtp5xx_advice[1]")
local verdict_size, advice_size = ffi.sizeof("smtp5xx_verdict"), ffi.sizeof("smtp5xx_advice")

local function single(text)
  library.smtp5xx_diagnose(text, #text, nil, nil, nil, 0, verdict, verdict_size, advice, advice_size)
end

local function batch()
  library.smtp5xx_diagnose_batch(data, #data, offsets, count, nil, nil, verdicts, verdict_size, advices, advice_size)
end

local function now()
  local time = ffi.new("struct timespec")
  ffi.C.clock_gettime(1, time)
  return tonumber(time.seconds) * 1e9 + tonumber(time.nanoseconds)
end

local function nanoseconds(work)
  local best = math.huge
  for _ = 1, 100 do
    local begin = now()
    for _ = 1, 5 do
      work()
    end
    best = math.min(best, now() - begin)
  end
  return ("%.0f"):format(best / 5 / count)
end

if arg[2] == "--bench" then
  local function each() for i = 1, count do single(replies[i]) end end
  print(nanoseconds(each), nanoseconds(batch))
  os.exit()
end
batch()
for i = 1, count do
  local v, a = verdicts[i - 1], advices[i - 1]
  single(replies[i])
  assert(ffi.string(verdicts + i - 1, verdict_size) == ffi.string(verdict, verdict_size))
  assert(ffi.string(advices + i - 1, advice_size) == ffi.string(advice, advice_size))
  local function name(what, id) return ffi.string(library["smtp5xx_" .. what .. "_name"](id)) end
  local status = ("%d.%d.%d"):format(v.enhanced_class, v.enhanced_subject, v.enhanced_detail)
  print(name("reason", v.reason), name("action", a.action), v.confidence, v.code, status, name("basis", v.basis),
        name("rule", v.rule), name("provider", v.provider), name("blocklist", v.blocklist), v.retry_after, v.size_limit,
        v.words.offset, v.words.length)
end
