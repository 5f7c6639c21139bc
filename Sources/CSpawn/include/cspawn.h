#ifndef GREENROOM_CSPAWN_H
#define GREENROOM_CSPAWN_H

#include <spawn.h>

// The part of <spawn.h> that Swift's Glibc module does not carry (glibc 2.34 or newer).

// The child closes every descriptor from `from` on before it runs its program. Returns an errno, 0 for success.
int greenroom_spawn_close_from(posix_spawn_file_actions_t *actions, int from);

#endif
