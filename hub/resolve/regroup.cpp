#include "hub/resolve/regroup.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "hub/resolve/children.hpp"

namespace homeroom::resolve {

namespace {

constexpr uint32_t none = UINT32_MAX;

/// A student as they were and as they are, among the children.
struct Pupil {
  uint32_t student = 0;
  uint32_t was = none;
  uint32_t is = none;
};

/// A student was, or is, in a block.
struct Stay {
  std::size_t key = 0;
  uint64_t hash = 0;
  uint32_t pupil = 0;
  bool was = false;
  bool is = false;

  bool is_in_block_of(const Stay& other) const { return key == other.key && hash == other.hash; }
};

class Regrouping {
 public:
  Regrouping(const Identity& identity, const record::Model& model, const Keyed& keyed,
             StoredStudents& before)
      : before_(before),
        ahead_(before),
        children_(identity, model),
        keys_(children_.records(), identity, keyed) {}

  Regrouped run(std::span<const ChangedStudent> changed) {
    for (const auto& one : changed) add(one.student, one.was, one.is);
    learn();
    auto stays = of_keys();
    for (std::size_t level = 0; !stays.empty(); ++level) stays = settle(level, std::move(stays));
    std::ranges::sort(made_.touched);
    auto rest = std::ranges::unique(made_.touched);
    made_.touched.erase(rest.begin(), rest.end());
    return std::move(made_);
  }

 private:
  void add(uint32_t student, std::string_view was, std::string_view is) {
    Pupil pupil{student};
    if (!was.empty()) pupil.was = add(was);
    if (!is.empty()) pupil.is = is == was ? pupil.was : add(is);
    pupils_.push_back(pupil);
  }
  uint32_t add(std::string_view features) {
    children_.add(features);
    return added_++;
  }
  void learn() {
    children_.settle();
    keys_.extend(0);
  }

  std::vector<Stay> of_keys() const {
    std::vector<Stay> stays;
    for (uint32_t pupil = 0; pupil < pupils_.size(); ++pupil)
      for (std::size_t key = 0; key < keys_.count(); ++key) {
        uint64_t hashes[KeyHashes::most];
        auto [student, was, is] = pupils_[pupil];
        auto before = was == none ? 0 : keys_.hashes(key, was, hashes);
        for (uint32_t i = 0; i < before; ++i) stays.push_back({key, hashes[i], pupil, true, false});
        auto now = is == none ? 0 : keys_.hashes(key, is, hashes);
        for (uint32_t i = 0; i < now; ++i) stays.push_back({key, hashes[i], pupil, false, true});
      }
    return stays;
  }

  /// Blocks of one level; what stays in parts of them is the work of the next.
  std::vector<Stay> settle(std::size_t level, std::vector<Stay> stays) {
    join(stays);
    std::vector<uint64_t> tokens;
    for (const auto& stay : stays) tokens.push_back(keys_.token(stay.key, level, stay.hash));
    ahead_.forget();
    ahead_.ask(std::move(tokens));
    std::vector<Stay> parted;
    for (std::size_t i = 0; i < stays.size();) {
      auto end = i + 1;
      while (end < stays.size() && stays[end].is_in_block_of(stays[i])) ++end;
      settle_block(level, std::span(stays).subspan(i, end - i), parted);
      i = end;
    }
    if (level == keys_.splits()) return {};
    learn();
    std::vector<Stay> next;
    for (const auto& stay : parted) {
      const auto& pupil = pupils_[stay.pupil];
      if (stay.was)
        next.push_back(
            {stay.key, keys_.parted(stay.hash, level, pupil.was), stay.pupil, true, false});
      if (stay.is)
        next.push_back(
            {stay.key, keys_.parted(stay.hash, level, pupil.is), stay.pupil, false, true});
    }
    return next;
  }

  /// Brings block beside block, and what was and is in one together.
  static void join(std::vector<Stay>& stays) {
    std::ranges::sort(stays, {},
                      [](const Stay& stay) { return std::tuple(stay.key, stay.hash, stay.pupil); });
    std::size_t kept = 0;
    for (const auto& stay : stays) {
      auto* last = kept > 0 ? &stays[kept - 1] : nullptr;
      if (last && last->is_in_block_of(stay) && last->pupil == stay.pupil) {
        last->was |= stay.was;
        last->is |= stay.is;
      } else {
        stays[kept++] = stay;
      }
    }
    stays.resize(kept);
  }

  void settle_block(std::size_t level, std::span<const Stay> stays, std::vector<Stay>& parted) {
    auto token = keys_.token(stays[0].key, level, stays[0].hash);
    auto known = ahead_.students(token);
    auto size = known.size();
    for (const auto& stay : stays) {
      if (stay.was == stay.is) continue;
      made_.postings.push_back({token, pupils_[stay.pupil].student, stay.was});
      stay.is ? ++size : --size;
    }
    bool was_crowded = known.size() > keys_.most_in_block();
    bool is_crowded = size > keys_.most_in_block();
    if (!was_crowded || !is_crowded) made_.touched.push_back(token);
    if (level == keys_.splits() || (!was_crowded && !is_crowded)) return;
    auto part = [&](Stay stay) {
      stay.was &= was_crowded;
      stay.is &= is_crowded;
      parted.push_back(stay);
    };
    if (was_crowded != is_crowded) {
      std::unordered_set<uint32_t> changed;
      for (const auto& stay : stays) changed.insert(pupils_[stay.pupil].student);
      for (auto student : known) {
        if (changed.contains(student)) continue;
        part({stays[0].key, stays[0].hash, static_cast<uint32_t>(pupils_.size()), true, true});
        auto features = std::string(before_.features(student));
        add(student, features, features);
      }
    }
    for (const auto& stay : stays) part(stay);
  }

  StoredStudents& before_;
  AskedAhead ahead_;
  Children children_;
  BlockKeys keys_;
  std::vector<Pupil> pupils_;
  uint32_t added_ = 0;
  Regrouped made_;
};

}  // namespace

Regrouped regroup(const Identity& identity, const record::Model& model, const Keyed& keyed,
                  std::span<const ChangedStudent> changed, StoredStudents& before) {
  return Regrouping(identity, model, keyed, before).run(changed);
}

}  // namespace homeroom::resolve
