#ifndef CKERNELS_H
#define CKERNELS_H

#include "checksum.h"
#include "cpu.h"
#include "distance.h"
#include "matrix.h"

#endif
