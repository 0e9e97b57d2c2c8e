// Layout: which columns the stored rows of a stream have. Kept beside the rows, so that a stream
// that is not there tonight, or that a changed mapping reads with other columns, can still be
// worked on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/extract/extract.hpp"

namespace homeroom::flow {

struct Layout {
  std::string stream;
  std::vector<std::string> columns;
  std::vector<uint32_t> key;
  uint32_t subject = 0;
  std::string space;
  bool is_reference = false;

  bool operator==(const Layout&) const = default;
};

std::string pack_layouts(const std::vector<Layout>& layouts);
std::vector<Layout> unpack_layouts(std::string_view packed);

Layout layout_of(const std::string& stream, const extract::StreamPlan& plan);
/// Fills what a plan lacks because its stream is not offered tonight.
void apply_layout(const Layout& layout, extract::StreamPlan& plan);

/// For each column of `now` its index in `before`, or -1; empty when both are the same.
std::vector<int> moves(const Layout& before, const Layout& now);

}  // namespace homeroom::flow
