// Names of what other rooms hold, for headers that only point to it: who uses it opens the door.
#pragma once

#include <cstdint>

namespace homeroom::deliver {
class Outbox;
}
namespace homeroom::express {
class Hasher;
}
namespace homeroom::extract {
struct Feed;
struct Offer;
struct Wanted;
}  // namespace homeroom::extract
namespace homeroom::govern {
class Governor;
}
namespace homeroom::keys {
class KeyRing;
struct RootKeyPlace;
}  // namespace homeroom::keys
namespace homeroom::map {
class Mapping;
struct EntityRows;
struct Output;
struct Shelf;
struct StreamShape;
}  // namespace homeroom::map
namespace homeroom::merge {
class Merger;
}
namespace homeroom::plugin {
class Catalogue;
struct Found;
class Instance;
enum class Mode : int32_t;
}  // namespace homeroom::plugin
namespace homeroom::settings {
struct Source;
}
namespace homeroom::store {
class Store;
}
namespace homeroom::world {
class Cancel;
class Clock;
class Log;
}  // namespace homeroom::world
