// NodeTable: dense numbers for the values that tie rows of one source together. A node is a value
// in a space (a student number, a HMIS person, an enrollment id): rows with that subject value hang
// on it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

namespace homeroom::flow {

class NodeTable {
 public:
  static constexpr uint32_t none = UINT32_MAX;

  /// The nodes of tokens (keys::KeyRing::token of space and value), made when they are new. Many at
  /// once spare waiting for memory, and the store is asked in order: `ids[i]` is the node of
  /// `tokens[i]`.
  void find_or_add(std::span<const uint64_t> tokens, std::vector<uint32_t>& ids);
  /// The node of a token, or none.
  uint32_t find(uint64_t token) const;
  /// Restores a stored node.
  void restore(uint32_t id, uint64_t token) {
    if (used_ * 2 >= slots_.size()) index();
    note(id, token);
    place(id);
  }
  void reserve(uint32_t end) { tokens_.reserve(end); }
  /// The same for many, which are found once index() was called.
  void note(uint32_t id, uint64_t token) {
    if (id < first_new_) {
      met_[id] = token;
      return;
    }
    auto at = id - first_new_;
    if (at >= tokens_.size()) tokens_.resize(at + 1, 0);
    tokens_[at] = token;
  }
  void index();
  /// Knows the stored nodes of tokens, which ascend; says none where there is none.
  using LookUp = std::function<std::vector<uint32_t>(std::span<const uint64_t> tokens)>;
  /// Instead of restoring all of them. New ones are numbered from `end`.
  void ask(LookUp look_up, uint32_t end);
  /// Whether each look-up costs a look into the store, so that many go better at once.
  bool asks() const { return look_up_ != nullptr; }
  /// The token of a stored node that nobody asked for by it.
  void know(uint32_t id, uint64_t token) {
    if (this->token(id) == 0) restore(id, token);
  }

  uint32_t size() const { return first_new_ + static_cast<uint32_t>(tokens_.size()); }
  /// 0 of a stored node that was not asked for, and of a gap.
  uint64_t token(uint32_t id) const {
    if (id >= first_new_) return tokens_[id - first_new_];
    auto met = met_.find(id);
    return met == met_.end() ? 0 : met->second;
  }

 private:
  void place(uint32_t id);
  void grow();
  uint32_t known(uint64_t token) const;
  uint32_t add(uint64_t token);
  uint32_t stored(uint64_t token) const;
  void look_ahead(std::span<const uint64_t> tokens);

  LookUp look_up_;
  uint32_t first_new_ = 0;                      ///< those below are stored and asked for
  std::unordered_map<uint32_t, uint64_t> met_;  ///< tokens of those of them that are at hand
  std::vector<uint64_t> tokens_;  ///< of all others, by id; a gap has token 0 and is in no slot
  std::vector<uint32_t> slots_;   ///< open addressing, id + 1
  uint32_t used_ = 0;
};

}  // namespace homeroom::flow
