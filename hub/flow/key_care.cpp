#include "hub/flow/key_care.hpp"

#include "hub/flow/writing.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

constexpr uint64_t pages_at_a_time = 512;

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

void must_be_there(const Hub& hub) {
  if (!is_there(hub.key_file()))
    throw Error(Next::fix_settings, hub.key_file().string() +
                                        ": there are no keys yet; homeroom keys init, or a first "
                                        "run, makes them");
}

/// Where nothing was published there is no log to write it into, and nobody whose data it is about.
void note_rotation(const Hub& hub, keys::KeyRing& keys, const KeyRotation& what) {
  auto location = hub.parameter("store");
  if (location.starts_with("sqlite:") && !is_there(location.substr(7))) return;
  auto store = hub.open_store(keys, true);
  if (store->is_new()) return;
  store->put_audit({hub.clock().now_ms(), what.actor, "rotate keys",
                    "tenant key " + std::to_string(keys.status().tenant_key + 1), what.why});
}

}  // namespace

void make_keys(const Hub& hub) {
  if (is_there(hub.key_file()))
    throw Error(
        Next::fix_settings,
        hub.key_file().string() + ": the keys are there; homeroom keys rotate draws new ones");
  hub.open_keys();
}

keys::KeyStatus key_status(const Hub& hub) {
  must_be_there(hub);
  return hub.open_keys()->status();
}

keys::KeyStatus rotate_keys(const Hub& hub, const KeyRotation& what,
                            const std::function<void(uint64_t left)>& tell) {
  must_have_reason(what.why);
  must_be_there(hub);
  world::Lock lock(hub.lock_file(), "a rotation of keys", hub.clock());
  auto keys = keys::KeyRing::open(hub.key_file(), hub.tenant(),
                                  what.root_was.is_outside() ? what.root_was : hub.root_key());
  if (what.root_was.is_outside() && keys->status().root_kept == keys::root_in_key_file)
    throw Error(Next::fix_settings,
                "--root-was: the root key lies in the key file and was kept nowhere else; each "
                "rotation draws it anew");
  if (!keys->status().is_rotating) {
    note_rotation(hub, *keys, what);
    keys.reset();
    keys::KeyRing::rotate(hub.key_file(), hub.tenant(), hub.root_key(), what.root_was);
    keys = hub.open_keys();
  }
  if (what.leaves_rest) return keys->status();
  while (auto left = keys->rewrap(pages_at_a_time)) {
    tell(left);
    if (hub.cancel().cancelled())
      throw Error(Next::stop, "stopped; homeroom keys rotate, or the next run, goes on");
  }
  return keys->status();
}

}  // namespace homeroom::flow
