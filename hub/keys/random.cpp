#include <atomic>

#include <openssl/rand.h>
#include <pthread.h>

#include "homeroom/error.hpp"
#include "hub/keys/cipher.hpp"

namespace homeroom::keys {

namespace {

void must_have_drawn(int answer) {
  if (answer != 1) throw Error(Next::fail, "OpenSSL failed to draw random bytes");
}

// Counted by the child: asking for the process id with every unit costs a system call each time.
std::atomic<unsigned> forks_so_far = 0;
[[maybe_unused]] const int counts_forks =
    pthread_atfork(nullptr, nullptr, [] { forks_so_far.fetch_add(1, std::memory_order_relaxed); });

}  // namespace

void draw_random(unsigned char* out, std::size_t size) {
  must_have_drawn(RAND_priv_bytes(out, static_cast<int>(size)));
}

const unsigned char* Nonces::next() {
  auto forks = forks_so_far.load(std::memory_order_relaxed);
  if (used_ == block_.size() || forks_before_ != forks) {
    must_have_drawn(RAND_bytes(block_.data(), static_cast<int>(block_.size())));
    forks_before_ = forks;
    used_ = 0;
  }
  const unsigned char* given = block_.data() + used_;
  used_ += nonce_size;
  return given;
}

}  // namespace homeroom::keys
