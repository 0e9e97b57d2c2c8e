#include "hub/flow/entity_files.hpp"

namespace homeroom::flow {

struct EntityFiles::Texts : MappedRows::Part {
  std::vector<Lines> of_entity;
};

EntityFiles::EntityFiles(const record::Model& model, std::filesystem::path folder,
                         const std::vector<record::EntityId>& made)
    : model_(model), folder_(std::move(folder)), files_(model.entities.size()) {
  std::filesystem::create_directories(folder_);
  for (const auto& entity : model.entities) lines_.emplace_back(entity);
  for (auto entity : made) file_of(entity);
}

std::unique_ptr<MappedRows::Part> EntityFiles::new_part() const {
  auto part = std::make_unique<Texts>();
  part->of_entity.resize(model_.entities.size());
  return part;
}

void EntityFiles::fill(Part& part, const map::Output& output, const Places&) const {
  auto& texts = static_cast<Texts&>(part);
  for (auto& text : texts.of_entity) text.clear();
  for (const auto& rows : output.entities)
    lines_[rows.entity].append(texts.of_entity[rows.entity], rows);
}

void EntityFiles::take(Part& part) {
  auto& texts = static_cast<Texts&>(part);
  for (std::size_t entity = 0; entity < files_.size(); ++entity)
    if (auto bytes = texts.of_entity[entity].view(); !bytes.empty()) file_of(entity).write(bytes);
}

void EntityFiles::finish() {
  for (auto& file : files_)
    if (file) file->commit();
}

world::AtomicFile& EntityFiles::file_of(std::size_t entity) {
  auto& file = files_[entity];
  if (!file)
    file =
        std::make_unique<world::AtomicFile>(folder_ / (model_.entities[entity].name + ".ndjson"));
  return *file;
}

}  // namespace homeroom::flow
