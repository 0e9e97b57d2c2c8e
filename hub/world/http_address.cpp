#include "hub/world/http_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include <netinet/in.h>

namespace homeroom::world {
namespace {

struct Net4 {
  uint8_t from[4];
  int bits;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast.
constexpr std::array<Net4, 16> special4{{{{0, 0, 0, 0}, 8},
                                         {{10, 0, 0, 0}, 8},
                                         {{100, 64, 0, 0}, 10},
                                         {{127, 0, 0, 0}, 8},
                                         {{169, 254, 0, 0}, 16},
                                         {{172, 16, 0, 0}, 12},
                                         {{192, 0, 0, 0}, 24},
                                         {{192, 0, 2, 0}, 24},
                                         {{192, 88, 99, 0}, 24},
                                         {{192, 168, 0, 0}, 16},
                                         {{198, 18, 0, 0}, 15},
                                         {{198, 51, 100, 0}, 24},
                                         {{203, 0, 113, 0}, 24},
                                         {{224, 0, 0, 0}, 4},
                                         {{240, 0, 0, 0}, 4},
                                         {{255, 255, 255, 255}, 32}}};

using Bytes = std::span<const uint8_t>;

bool begins_with(Bytes address, Bytes net, int bits) {
  for (std::size_t at = 0; bits > 0; ++at, bits -= 8) {
    auto mask = static_cast<uint8_t>(bits >= 8 ? 0xFF : 0xFF << (8 - bits));
    if ((address[at] & mask) != (net[at] & mask)) return false;
  }
  return true;
}

bool is_public4(Bytes address) {
  return std::ranges::none_of(
      special4, [&](const Net4& net) { return begins_with(address, net.from, net.bits); });
}

struct Carrier {
  std::array<uint8_t, 16> from;
  int bits;
  std::size_t at;  ///< of the IPv4 address it carries
};

// Mapped (RFC 4291, 2.5.5.2), translated (RFC 6052) and 6to4 (RFC 3056).
constexpr std::array<Carrier, 3> carriers{{
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96, 12},
    {{0, 0x64, 0xFF, 0x9B}, 96, 12},
    {{0x20, 0x02}, 16, 2},
}};

bool is_public6(Bytes address) {
  for (const auto& carrier : carriers)
    if (begins_with(address, carrier.from, carrier.bits))
      return is_public4(address.subspan(carrier.at, 4));
  // Only 2000::/3 is given out for the open network; of it, Teredo, ORCHID and documentation are
  // not.
  constexpr std::array<uint8_t, 1> open{0x20};
  constexpr std::array<uint8_t, 3> protocols{0x20, 0x01, 0x00};
  constexpr std::array<uint8_t, 4> documentation{0x20, 0x01, 0x0D, 0xB8};
  return begins_with(address, open, 3) && !begins_with(address, protocols, 23) &&
         !begins_with(address, documentation, 32);
}

}  // namespace

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, &address, sizeof in);
    return is_public4({reinterpret_cast<const uint8_t*>(&in.sin_addr), 4});
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in;
    std::memcpy(&in, &address, sizeof in);
    return is_public6({in.sin6_addr.s6_addr, 16});
  }
  return false;
}

}  // namespace homeroom::world
