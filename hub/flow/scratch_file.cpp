#include "hub/flow/scratch_file.hpp"

namespace homeroom::flow {

uint64_t ScratchFile::put(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  if (!file_) file_ = world::nameless_file(folder_);
  auto number = pieces_.size();
  key_.seal(number, bytes, sealed_);
  world::write_at(*file_, end_, sealed_, folder_);
  pieces_.push_back({end_, sealed_.size()});
  end_ += sealed_.size();
  written_ += bytes.size();
  return number;
}

void ScratchFile::get(uint64_t piece, std::string& bytes) {
  std::lock_guard lock(mutex_);
  const auto& at = pieces_[piece];
  world::read_at(*file_, at.at, sealed_, at.size, folder_);
  key_.open(piece, sealed_, bytes);
}

void ScratchFile::forget(uint64_t piece) noexcept {
  std::lock_guard lock(mutex_);
  auto& at = pieces_[piece];
  world::let_go(*file_, at.at, at.size);
  at = {};
}

}  // namespace homeroom::flow
