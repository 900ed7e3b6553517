/*
 * smtp5xx log: threads. Each worker takes the next chunk, reads and judges it, then waits until all chunks before it are
 * done, writes its lines and counts its events: so the output does not depend on the number of threads.
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L
#include "log.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MILLISECONDS = 200, PROMETHEUS_SECONDS = 15 };

struct run {
    const struct log_options *options;
    struct scanner scanners[FORMAT_COUNT];
    struct source *source;
    struct tally *tally;
    pthread_mutex_t source_lock, turn_lock;
    pthread_cond_t turn_changed;
    uint64_t turn; /* the chunk that may be written and counted */
    _Atomic int broken; /* the output can not be written: all stop */
    int strange;         /* a file was not what it should be */
    int progress;
    struct timespec started;
    double shown;
    uint64_t total; /* bytes to come, 0 if not known */
};

static volatile sig_atomic_t stopped;

static void stop(int number) {
    (void)number;
    stopped = 1;
}

static double seconds_since(const struct timespec *then) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* On a terminal only, five times a second: a bar, the rate and the time that is left. */
static void show_progress(struct run *run, uint64_t position) {
    enum { WIDTH = 30 };
    double passed = seconds_since(&run->started), part = run->total == 0 ? 0 : (double)position / (double)run->total;
    if (!run->progress || passed - run->shown < 0.2) {
        return;
    }
    run->shown = passed;
    double rate = (double)position / passed / 1e6;
    if (run->total == 0) {
        fprintf(stderr, "\r%.0f MB, %.0f MB/s\033[K", (double)position / 1e6, rate);
        return;
    }
    part = part > 1 ? 1 : part;
    fputc('\r', stderr);
    for (int i = 0; i < WIDTH; i++) {
        fputs(i < (int)(part * WIDTH) ? "█" : "░", stderr);
    }
    fprintf(stderr, " %3.0f %%  %.0f MB/s  %.0f s left\033[K", part * 100, rate, part > 0 ? passed / part - passed : 0.0);
}

static void clear_progress(const struct run *run) {
    if (run->progress && run->shown > 0) {
        fputs("\r\033[K", stderr);
    }
}

static int write_all(const char *text, size_t length) {
    return length == 0 || fwrite(text, 1, length, stdout) == length;
}

static void await_turn(struct run *run, uint64_t sequence) {
    pthread_mutex_lock(&run->turn_lock);
    while (run->turn != sequence) {
        pthread_cond_wait(&run->turn_changed, &run->turn_lock);
    }
    pthread_mutex_unlock(&run->turn_lock);
}

static void end_turn(struct run *run) {
    pthread_mutex_lock(&run->turn_lock);
    run->turn++;
    pthread_cond_broadcast(&run->turn_changed);
    pthread_mutex_unlock(&run->turn_lock);
}

/* Whoever has the turn is alone here. */
static void hand_in(struct worker *worker) {
    struct run *run = worker->run;
    run->strange |= worker->chunk.file->strange;
    if (!run->broken) {
        if (!write_all(worker->out.data, worker->out.length)) {
            complain("standard output: %s", strerror(errno));
            run->broken = 1;
        }
        for (size_t i = 0; i < worker->count; i++) {
            tally_add(run->tally, &worker->events[i]);
        }
        show_progress(run, worker->chunk.position);
    }
}

static void work_on_chunk(struct worker *worker) {
    struct run *run = worker->run;
    int serial = is_serial(worker->chunk.file->format);
    worker->out.length = 0;
    worker->count = 0;
    arena_reset(&worker->arena);
    if (serial) {
        await_turn(run, worker->chunk.sequence);
    }
    read_chunk(worker);
    if (!serial) {
        await_turn(run, worker->chunk.sequence);
    }
    hand_in(worker);
    end_turn(run);
}

static int next_chunk(struct worker *worker) {
    struct run *run = worker->run;
    pthread_mutex_lock(&run->source_lock);
    int came = run->broken || stopped ? 0 : source_next(run->source, &worker->chunk);
    pthread_mutex_unlock(&run->source_lock);
    return came;
}

static void *work(void *argument) {
    struct worker *worker = argument;
    while (next_chunk(worker) > 0) {
        work_on_chunk(worker);
    }
    return NULL;
}

static void worker_start(struct worker *worker, struct run *run) {
    const struct log_options *options = run->options;
    memset(worker, 0, sizeof *worker);
    worker->run = run;
    worker->options = options;
    worker->scanners = run->scanners;
    worker->chunk.data = must_allocate(NULL, CHUNK_ROOM, 1);
    worker->providers = must_allocate(NULL, PROVIDER_CACHE, sizeof *worker->providers);
    memset(worker->providers, 0, PROVIDER_CACHE * sizeof *worker->providers);
    worker->verdicts = verdicts_new();
    worker->wants_wording = options->output == OUTPUT_REPORT || options->unknown != NULL;
    worker->wants_events = worker->wants_wording || options->suppress != NULL || options->prometheus != NULL;
}

static void worker_end(struct worker *worker) {
    free(worker->chunk.data);
    free(worker->providers);
    free(worker->verdicts);
    free(worker->events);
    free(worker->out.data);
    arena_free(&worker->arena);
}

/* Follows the last file until a signal comes. What it writes is written at once. */
static int follow_file(struct run *run, struct worker *worker) {
    struct timespec pause = {0, WAIT_MILLISECONDS * 1000000L}, written = run->started;
    uint64_t turn = 0;
    int code = EXIT_FINE;
    for (int came = next_chunk(worker); came != 0; came = next_chunk(worker)) {
        if (came > 0) {
            work_on_chunk(worker);
            if (!run->broken && fflush(stdout) != 0) {
                complain("standard output: %s", strerror(errno));
                run->broken = 1;
            }
        } else {
            nanosleep(&pause, NULL);
        }
        if (run->options->prometheus != NULL && run->turn != turn && seconds_since(&written) > PROMETHEUS_SECONDS) {
            struct source_state state = source_state(run->source);
            code = tally_prometheus(run->tally, &state);
            turn = run->turn;
            clock_gettime(CLOCK_MONOTONIC, &written);
        }
    }
    return code;
}

/* The first worker is this thread. */
static void run_workers(struct worker *workers, int count) {
    pthread_t *threads = must_allocate(NULL, (size_t)count, sizeof *threads);
    int started = 0;
    while (started + 1 < count && pthread_create(&threads[started], NULL, work, &workers[started + 1]) == 0) {
        started++;
    }
    work(&workers[0]);
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    free(threads);
}

static void catch_signals(void) {
    struct sigaction action = {.sa_handler = stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* Files and the report come last. Every one is tried, whatever became of the others. */
static int finish(struct run *run) {
    struct source_state state = source_state(run->source);
    int code = state.code, other = tally_lists_finish(run->tally);
    code = other == EXIT_FINE ? code : other;
    code = code == EXIT_FINE && run->strange ? EXIT_DATA : code;
    if (run->options->prometheus != NULL) {
        other = tally_prometheus(run->tally, &state);
        code = other == EXIT_FINE ? code : other;
    }
    if (state.long_lines > 0) {
        complain("%llu lines are longer than a mebibyte: the last %llu bytes of them were not looked at",
                 (unsigned long long)state.long_lines, (unsigned long long)state.cut_bytes);
    }
    if (run->options->output == OUTPUT_REPORT) {
        print_report(run->tally, run->options, &state);
    }
    return run->broken ? EXIT_IO : finish_output(code);
}

int log_run(struct log_options *options) {
    struct run run = {.options = options, .source_lock = PTHREAD_MUTEX_INITIALIZER, .turn_lock = PTHREAD_MUTEX_INITIALIZER,
                      .turn_changed = PTHREAD_COND_INITIALIZER};
    int count = options->follow ? 1 : options->threads, code = EXIT_FINE;
    struct worker *workers = must_allocate(NULL, (size_t)count, sizeof *workers);
    run.tally = tally_new(options);
    if (!tally_lists_open(run.tally)) {
        tally_free(run.tally);
        free(workers);
        return EXIT_IO;
    }
    for (int i = 0; i < FORMAT_COUNT; i++) {
        scanner_prepare(&run.scanners[i], (enum format)i);
    }
    run.source = source_open(options);
    run.total = source_state(run.source).total;
    run.progress = !options->follow && isatty(STDERR_FILENO);
    clock_gettime(CLOCK_MONOTONIC, &run.started);
    for (int i = 0; i < count; i++) {
        worker_start(&workers[i], &run);
    }
    if (options->follow) {
        catch_signals();
        code = follow_file(&run, &workers[0]);
    } else {
        run_workers(workers, count);
    }
    clear_progress(&run);
    int other = finish(&run);
    code = code == EXIT_FINE ? other : code;
    for (int i = 0; i < count; i++) {
        worker_end(&workers[i]);
    }
    free(workers);
    source_close(run.source);
    tally_free(run.tally);
    return code;
}
