// NodeTable: dense numbers for the values that tie rows of one source together. A node is a value
// in a space (a student number, a HMIS person, an enrollment id): rows with that subject value hang
// on it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
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
    if (id >= tokens_.size()) tokens_.resize(id + 1, 0);
    tokens_[id] = token;
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
    if (tokens_[id] == 0) restore(id, token);
  }

  uint32_t size() const { return static_cast<uint32_t>(tokens_.size()); }
  uint64_t token(uint32_t id) const { return tokens_[id]; }

 private:
  void place(uint32_t id);
  void grow();
  uint32_t known(uint64_t token) const;
  uint32_t add(uint64_t token);
  uint32_t stored(uint64_t token) const;
  void look_ahead(std::span<const uint64_t> tokens);

  LookUp look_up_;
  std::vector<uint64_t> tokens_;  ///< by id; a gap has token 0 and is in no slot
  std::vector<uint32_t> slots_;   ///< open addressing, id + 1
  uint32_t used_ = 0;
};

}  // namespace homeroom::flow
