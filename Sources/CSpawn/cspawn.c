#define _GNU_SOURCE
#include "cspawn.h"

#include <signal.h>
#include <spawn.h>

static int prepare_files(posix_spawn_file_actions_t *actions, int input, int output, int errors) {
    int code = posix_spawn_file_actions_adddup2(actions, input, 0);
    if (code == 0) code = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (code == 0) code = posix_spawn_file_actions_adddup2(actions, errors, 2);
    // Foundation opens files without O_CLOEXEC: whatever the process has open at the moment, say a program's file that is
    // just being written, would stay open as long as the child lives.
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    return code;
}

// Threads of the runtime block signals and a server ignores some; a child would too, and could not be asked to end.
static int prepare_signals(posix_spawnattr_t *attributes) {
    sigset_t signals;
    sigemptyset(&signals);
    int code = posix_spawnattr_setsigmask(attributes, &signals);
    sigfillset(&signals);
    if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &signals);
    if (code == 0) code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return code;
}

int greenroom_spawn(pid_t *pid, const char *name, char *const arguments[], char *const environment[], int input,
                    int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        code = prepare_files(&actions, input, output, errors);
        if (code == 0) code = prepare_signals(&attributes);
        if (code == 0) code = posix_spawnp(pid, name, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return code;
}
