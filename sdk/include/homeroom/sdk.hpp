// homeroom/sdk.hpp - everything a plugin written in C++ needs.
#pragma once

#include "homeroom/batch.hpp"
#include "homeroom/edge.hpp"
#include "homeroom/error.hpp"
#include "homeroom/host.hpp"
#include "homeroom/settings.hpp"
#include "homeroom/sink.hpp"
#include "homeroom/source.hpp"
#include "homeroom/stream.hpp"
#include "homeroom/text.hpp"
