// Who has a blocking token: students in memory, or students who lie in a store.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hub/resolve/block_keys.hpp"
#include "hub/resolve/hash_sort.hpp"

namespace homeroom::resolve {

class Postings {
 public:
  virtual ~Postings() = default;
  /// Students with this token, ascending. Valid until the next call.
  virtual std::span<const uint32_t> students(uint64_t token) = 0;
};

/// Students who lie in a store.
class StoredStudents : public Postings {
 public:
  /// What is known of one. Valid until the next call.
  virtual std::string_view features(uint32_t student) = 0;
};

/// Tokens that will be asked for, looked up in their order: so they lie in a store, and none of its
/// pages is opened twice.
class AskedAhead : public Postings {
 public:
  explicit AskedAhead(Postings& behind) : behind_(behind) {}

  /// Looks these up, beside those that are known.
  void ask(std::vector<uint64_t> tokens);
  void forget() {
    found_.clear();
    students_.clear();
  }
  /// Of a token that was asked for. Valid until the next ask().
  std::span<const uint32_t> students(uint64_t token) override {
    auto [first, count] = found_.at(token);
    return std::span(students_).subspan(first, count);
  }
  /// All students of blocks of at most so many, ascending.
  std::vector<uint32_t> in_blocks_up_to(std::size_t most) const;

 private:
  Postings& behind_;
  std::unordered_map<uint64_t, std::pair<std::size_t, std::size_t>> found_;  ///< first, how many
  std::vector<uint32_t> students_;
};

/// Of the students in memory: two arrays in the order of tokens, built once, then only read.
class PostingTable : public Postings {
 public:
  /// All records are students.
  PostingTable(const Records& records, const BlockKeys& keys);

  std::span<const uint32_t> students(uint64_t token) override { return find(token); }
  std::span<const uint32_t> find(uint64_t token) const;

  std::size_t size() const { return tokens_.size(); }
  uint64_t token(std::size_t at) const { return tokens_[at]; }
  uint32_t student(std::size_t at) const { return students_[at]; }

  /// A key that so many students share that they are parted no further: nobody meets in it.
  struct Crowded {
    std::string key;
    uint64_t students = 0;
  };
  const std::vector<Crowded>& crowded() const { return crowded_; }

 private:
  struct Member {
    std::size_t key = 0;
    uint64_t hash = 0;
    uint32_t student = 0;
  };
  std::vector<Member> members_of_crowds(const BlockKeys& keys,
                                        const std::vector<Hashed>& all) const;
  void part(const BlockKeys& keys, std::vector<Member> members, std::vector<Hashed>& all);
  void place(const std::vector<Hashed>& all);

  std::vector<uint64_t> tokens_;
  std::vector<uint32_t> students_;
  std::vector<uint32_t> starts_{0, 0};  ///< by the first bits of a token
  uint32_t bits_ = 0;
  std::vector<Crowded> crowded_;
};

}  // namespace homeroom::resolve
