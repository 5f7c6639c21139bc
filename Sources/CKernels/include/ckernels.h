#ifndef CKERNELS_H
#define CKERNELS_H

#include "cpu.h"
#include "distance.h"
#include "matrix.h"

#endif
