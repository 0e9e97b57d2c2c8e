// EntityLines: canonical rows as NDJSON, one object a row: "key", "student" and the fields that say
// something, nested as their dotted names are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/map/rows.hpp"

namespace homeroom::flow {

/// Bytes that are appended to a piece at a time and written as one; its room is used again.
class Lines {
 public:
  /// Room for `most` bytes behind what is there; grow() says how many became of it.
  char* room(std::size_t most) {
    if (size_ + most > room_) widen(most);
    return bytes_.get() + size_;
  }
  void grow(std::size_t by) { size_ += by; }
  /// The same for one who writes on by himself and stands at `at`, behind what room() gave.
  char* room_behind(const char* at, std::size_t most) {
    end(at);
    return room(most);
  }
  void end(const char* at) { size_ = static_cast<std::size_t>(at - bytes_.get()); }
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  void widen(std::size_t most);
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, room_ = 0;
};

class EntityLines {
 public:
  explicit EntityLines(const record::Entity& entity);
  void append(Lines& out, const map::EntityRows& rows) const;

 private:
  /// Bytes that are copied sixteen at a time, so there are zeros behind them.
  struct Piece {
    explicit Piece(std::string text);
    std::string bytes;
    std::size_t size;
  };
  struct Member {
    record::FieldId field;
    std::vector<std::string> objects;  ///< it lies in these
    std::vector<Piece>
        opening;  ///< by how many of them are open already: from the comma to its colon
    std::vector<uint8_t> shared;  ///< by member before it: how many objects both lie in
  };
  /// A member that rows have, with its values.
  struct Present;
  class Pen;

  std::vector<Member> members_;  ///< those below one name stand together
};

}  // namespace homeroom::flow
