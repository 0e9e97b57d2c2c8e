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

  /// The node of a token (keys::KeyRing::token of space and value); made when it is new.
  uint32_t find_or_add(uint64_t token);
  /// The same for many at once, which spares waiting for memory: `ids[i]` is the node of
  /// `tokens[i]`.
  void find_or_add(std::span<const uint64_t> tokens, std::vector<uint32_t>& ids);
  /// The node of a token, or none.
  uint32_t find(uint64_t token) const;
  /// Restores a stored node.
  void restore(uint32_t id, uint64_t token) {
    note(id, token);
    used_ * 2 >= slots_.size() ? index() : place(id);
  }
  /// The same for many, which are found once index() was called.
  void note(uint32_t id, uint64_t token) {
    if (id >= tokens_.size()) tokens_.resize(id + 1, 0);
    tokens_[id] = token;
  }
  void index();
  /// Instead of restoring all of them: `look_up` knows the stored node of a token, or says none.
  /// New ones are numbered from `end`.
  void ask(std::function<uint32_t(uint64_t token)> look_up, uint32_t end);
  /// The token of a stored node that nobody asked for by it.
  void know(uint32_t id, uint64_t token) {
    if (tokens_[id] == 0) restore(id, token);
  }

  uint32_t size() const { return static_cast<uint32_t>(tokens_.size()); }
  uint64_t token(uint32_t id) const { return tokens_[id]; }

 private:
  void place(uint32_t id);
  uint32_t stored(uint64_t token) const { return look_up_ ? look_up_(token) : none; }

  std::function<uint32_t(uint64_t token)> look_up_;
  std::vector<uint64_t> tokens_;  ///< by id; a gap has token 0 and is in no slot
  std::vector<uint32_t> slots_;   ///< open addressing, id + 1
  uint32_t used_ = 0;
};

}  // namespace homeroom::flow
