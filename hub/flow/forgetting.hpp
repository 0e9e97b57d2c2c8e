// Forgetting: what is stored of records that nobody keeps any more goes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// Erases these stored nodes of a source and all that is tied to them, unless `is_kept` holds for
/// one of those: rows of one record are read with the rows of the others.
void forget(store::Store& store, uint32_t source, const std::vector<uint32_t>& nodes,
            const std::function<bool(uint32_t node)>& is_kept);

}  // namespace homeroom::flow
