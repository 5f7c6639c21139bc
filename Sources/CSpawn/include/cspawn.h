#ifndef GREENROOM_CSPAWN_H
#define GREENROOM_CSPAWN_H

#include <sys/types.h>

// Starts a program, by its path or as found in PATH, that has three descriptors and no other, no blocked signal and none
// ignored. Returns an errno, 0 for success. Parts of <spawn.h> it needs are not in Swift's Glibc module (glibc 2.34 or
// newer).
int greenroom_spawn(pid_t *pid, const char *name, char *const arguments[], char *const environment[], int input,
                    int output, int errors);

#endif
