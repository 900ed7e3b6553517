/* Where messages come from: files with one message, mboxes, Maildirs, standard input. One message is in memory at a time. */
#define _POSIX_C_SOURCE 200809L

#include "dsn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void trouble(struct run *run, const char *path) {
    complain("%s: %s", path, strerror(errno));
    run->trouble = 1;
}

static void show_progress(const struct run *run) {
    if (run->messages % 1000 == 0 && isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%lu messages, %lu bounces", run->messages, run->bounces);
    }
}

/* Reads all messages of an open file, which is closed. */
static void read_messages(struct run *run, int file) {
    char begin[5] = "";
    ssize_t got = pread(file, begin, sizeof begin, 0);
    int mbox = got == (ssize_t)sizeof begin && memcmp(begin, "From ", sizeof begin) == 0;
    if (got < 0) {
        trouble(run, run->file);
        close(file);
        return;
    }
    GMimeStream *stream = g_mime_stream_fs_new(file);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_format(parser, mbox ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
    g_mime_parser_set_persist_stream(parser, TRUE);
    g_object_unref(stream);
    run->message = 0;
    while (got > 0 && !g_mime_parser_eos(parser)) {
        gint64 before = g_mime_parser_tell(parser);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        if (message == NULL) {
            if (!mbox || g_mime_parser_tell(parser) == before) {
                break;
            }
            continue;
        }
        run->message++;
        run->messages++;
        handle_message(run, message);
        g_object_unref(message);
        show_progress(run);
        if (!mbox) {
            break;
        }
    }
    if (run->message == 0) {
        complain("%s: there is no message in it", run->file);
        run->trouble = 1;
    }
    g_object_unref(parser);
}

/* Standard input may be a pipe, and the parser wants to go back: so it is kept in a file, and not in memory. */
static void read_input(struct run *run) {
    static char block[1 << 16];
    FILE *copy = tmpfile();
    ssize_t got = 0;
    if (copy == NULL) {
        trouble(run, "temporary file");
        return;
    }
    while ((got = read(STDIN_FILENO, block, sizeof block)) > 0) {
        if (fwrite(block, 1, (size_t)got, copy) != (size_t)got) {
            break;
        }
    }
    if (got != 0 || fflush(copy) != 0) {
        trouble(run, got < 0 ? "standard input" : "temporary file");
        fclose(copy);
        return;
    }
    int file = dup(fileno(copy));
    fclose(copy);
    lseek(file, 0, SEEK_SET);
    read_messages(run, file);
}

static int is_seen_name(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void read_folder(struct run *run, const char *folder) {
    struct dirent **names;
    int count = scandir(folder, &names, is_seen_name, alphasort);
    if (count < 0) {
        trouble(run, folder);
        return;
    }
    for (int i = 0; i < count; i++) {
        char *path = g_build_filename(folder, names[i]->d_name, NULL);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            trouble(run, path);
        } else {
            run->file = path;
            read_messages(run, file);
        }
        g_free(path);
        free(names[i]);
    }
    free(names);
}

void read_path(struct run *run, const char *path) {
    struct stat status;
    run->file = path;
    if (strcmp(path, "-") == 0) {
        run->file = "(standard input)";
        read_input(run);
        return;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        trouble(run, path);
        if (file >= 0) {
            close(file);
        }
        return;
    }
    if (!S_ISDIR(status.st_mode)) {
        read_messages(run, file);
        return;
    }
    close(file);
    char *new = g_build_filename(path, "new", NULL), *cur = g_build_filename(path, "cur", NULL);
    if (g_file_test(new, G_FILE_TEST_IS_DIR) && g_file_test(cur, G_FILE_TEST_IS_DIR)) {
        read_folder(run, new);
        read_folder(run, cur);
    } else {
        complain("%s: is a directory, and no Maildir: it has no new and cur", path);
        run->trouble = 1;
    }
    g_free(new);
    g_free(cur);
}
