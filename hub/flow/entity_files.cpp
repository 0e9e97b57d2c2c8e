#include "hub/flow/entity_files.hpp"

#include "homeroom/error.hpp"

namespace homeroom::flow {

struct EntityFiles::Texts : MappedRows::Part {
  std::vector<Lines> of_entity;
};

EntityFiles::EntityFiles(const record::Model& model, std::filesystem::path folder)
    : model_(model), folder_(std::move(folder)), files_(model.entities.size()) {
  std::filesystem::create_directories(folder_);
  for (const auto& entity : model.entities) lines_.emplace_back(entity);
}

std::unique_ptr<MappedRows::Part> EntityFiles::new_part() const {
  auto part = std::make_unique<Texts>();
  part->of_entity.resize(model_.entities.size());
  return part;
}

void EntityFiles::fill(Part& part, const map::Output& output, const Places&) const {
  auto& texts = static_cast<Texts&>(part);
  for (auto& text : texts.of_entity) text.clear();
  for (const auto& rows : output.entities) lines_[rows.entity].append(texts.of_entity[rows.entity], rows);
}

void EntityFiles::take(Part& part) {
  auto& texts = static_cast<Texts&>(part);
  for (std::size_t entity = 0; entity < files_.size(); ++entity) {
    auto bytes = texts.of_entity[entity].view();
    if (bytes.empty()) continue;
    auto& file = files_[entity];
    if (!file) {
      file.reset(std::fopen(path_of(entity).c_str(), "wbe"));
      if (file) std::setvbuf(file.get(), nullptr, _IONBF, 0);  // the parts are large already
    }
    if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
      throw Error(Next::fail, path_of(entity).string() + ": cannot be written");
  }
}

void EntityFiles::finish() {
  for (std::size_t entity = 0; entity < files_.size(); ++entity)
    if (files_[entity] && std::fclose(files_[entity].release()) != 0)
      throw Error(Next::fail, path_of(entity).string() + ": cannot be written");
}

std::filesystem::path EntityFiles::path_of(std::size_t entity) const {
  return folder_ / (model_.entities[entity].name + ".ndjson");
}

}  // namespace homeroom::flow
