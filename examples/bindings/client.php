<?php
// PHP with FFI, which reads the header itself: php client.php REPLIES [--bench]. SPDX-License-Identifier: MIT
// SMTP5XX_HEADER names the header, if it is not /usr/include/smtp5xx.h.
declare(strict_types=1);

$header = file_get_contents(getenv('SMTP5XX_HEADER') ?: '/usr/include/smtp5xx.h');
// FFI::cdef() knows neither the preprocessor nor comments.
$header = preg_replace(['~/\*.*?\*/~s', '~^#ifdef __cplusplus.*?^#endif~ms', '~^#.*$~m'], '', $header);
$library = FFI::cdef($header, 'libsmtp5xx.so.0');

$lines = explode("\n", file_get_contents($argv[1]));
array_pop($lines);
$replies = str_replace('\n', "\n", $lines);
$data = implode('', $replies);
$size = strlen($data);
$count = count($replies);
$offsets = $library->new('int32_t[' . ($count + 1) . ']');
foreach ($replies as $i => $reply) {
    $offsets[$i + 1] = $offsets[$i] + strlen($reply);
}
$verdicts = $library->new("smtp5xx_verdict[$count]");
$advices = $library->new("smtp5xx_advice[$count]");
$verdict = $library->new('smtp5xx_verdict');
$advice = $library->new('smtp5xx_advice');
$atVerdict = FFI::addr($verdict);
$atAdvice = FFI::addr($advice);
$verdictSize = FFI::sizeof($verdict);
$adviceSize = FFI::sizeof($advice);

$single = function (string $text) use ($library, $atVerdict, $verdictSize, $atAdvice, $adviceSize): void {
    $library->smtp5xx_diagnose($text, strlen($text), null, null, null, 0, $atVerdict, $verdictSize, $atAdvice, $adviceSize);
};
$batch = function () use ($library, $data, $size, $offsets, $count, $verdicts, $verdictSize, $advices, $adviceSize): void {
    $library->smtp5xx_diagnose_batch($data, $size, FFI::addr($offsets[0]), $count, null, null, FFI::addr($verdicts[0]),
        $verdictSize, FFI::addr($advices[0]), $adviceSize);
};

function nanoseconds(callable $work, int $count): int
{
    $best = PHP_INT_MAX;
    for ($run = 0; $run < 100; $run++) {
        $begin = hrtime(true);
        for ($round = 0; $round < 5; $round++) {
            $work();
        }
        $best = min($best, hrtime(true) - $begin);
    }
    return intdiv($best, 5 * $count);
}

if (($argv[2] ?? '') === '--bench') {
    $each = fn() => array_walk($replies, $single);
    printf("%d\t%d\n", nanoseconds($each, $count), nanoseconds($batch, $count));
    exit(0);
}
$batch();
foreach ($replies as $i => $text) {
    $single($text);
    [$v, $a] = [$verdicts[$i], $advices[$i]];
    if (FFI::memcmp($v, $verdict, $verdictSize) !== 0 || FFI::memcmp($a, $advice, $adviceSize) !== 0) {
        fwrite(STDERR, "not the same: $text\n");
        exit(1);
    }
    $name = fn(string $what, int $id): string => $library->{"smtp5xx_{$what}_name"}($id);
    echo implode("\t", [$name('reason', $v->reason), $name('action', $a->action), $v->confidence, $v->code,
        "$v->enhanced_class.$v->enhanced_subject.$v->enhanced_detail", $name('basis', $v->basis), $name('rule', $v->rule),
        $name('provider', $v->provider), $name('blocklist', $v->blocklist), $v->retry_after, $v->size_limit, $v->words->offset,
        $v->words->length]), "\n";
}
