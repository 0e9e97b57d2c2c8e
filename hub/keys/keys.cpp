#include "hub/keys/keys.hpp"

#include <cstring>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "homeroom/error.hpp"
#include "hub/keys/hex.hpp"
#include "hub/keys/key_file.hpp"
#include "hub/keys/key_pages.hpp"
#include "hub/keys/packing.hpp"
#include "hub/keys/siphash.hpp"
#include "hub/world/digest.hpp"

namespace homeroom::keys {

namespace {

// Sealed form: format, version of the data key, nonce, tag, text.
enum class Format : unsigned char { plain = 1, packed = 2 };
constexpr std::size_t head_size = 2;

/// HMAC-SHA-256 under one key; looking it up and taking the key costs more than signing a short
/// text.
using Signer = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

Signer signer(const SecretKey& key) {
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                         EVP_MAC_free);
  Signer context(hmac ? EVP_MAC_CTX_new(hmac.get()) : nullptr, EVP_MAC_CTX_free);
  char digest[] = "SHA256";
  OSSL_PARAM with[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                       OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_init(context.get(), key.data(), key_size, with) != 1)
    throw Error(Next::fail, "HMAC-SHA-256 is not available in this OpenSSL");
  return context;
}

std::filesystem::path pages_beside(const std::filesystem::path& key_file) {
  return key_file.string() + ".keydb";
}

class StoredKeyRing final : public KeyRing {
 public:
  StoredKeyRing(std::filesystem::path key_file, std::string_view tenant_id, const TenantKeys& keys)
      : key_file_(std::move(key_file)),
        pages_(pages_beside(key_file_), tenant_id, keys),
        signing_(signer(keys.id)),
        bound_(tenant_id) {
    status_.root_kept = keys.root_kept;
    status_.tenant_key = keys.number;
    status_.tenant_key_made_ms = keys.made_ms;
    status_.is_rotating = keys.before.has_value();
    std::memcpy(token_.data(), keys.token.data(), sizeof token_);
    tenant_size_ = bound_.size();
  }
  ~StoredKeyRing() override { OPENSSL_cleanse(token_.data(), sizeof token_); }

  void seal(Unit unit, uint32_t scope, uint64_t id, std::string_view plain,
            std::string& out) override {
    // What is spilled is read once, soon: packing it would cost more than its bytes do.
    std::string_view packed = unit == Unit::spill ? std::string_view() : packing_.pack(plain);
    Format format = packed.empty() ? Format::plain : Format::packed;
    auto key = pages_.key_to_seal(unit, scope, id);
    const char head[] = {static_cast<char>(format), static_cast<char>(key.version)};
    std::string_view said(head, sizeof head);
    cipher_.seal(key.bytes, bind(unit, scope, id, said), packed.empty() ? plain : packed, out,
                 said);
  }

  void open(Unit unit, uint32_t scope, uint64_t id, std::string_view sealed,
            std::string& out) override {
    if (sealed.size() < head_size) throw changed();
    const unsigned char* key = key_of(unit, scope, id, sealed);
    if (!key) throw Error(Next::fail, "a sealed unit has no key any more: it was destroyed");
    bool is_packed = sealed[0] == static_cast<char>(Format::packed);
    std::string& text = is_packed ? opened_ : out;
    std::string_view head = bind(unit, scope, id, sealed.substr(0, head_size));
    if (!cipher_.open(key, head, sealed.substr(head_size), text)) throw changed();
    if (is_packed && !packing_.unpack(text, out)) throw changed();
  }

  void save() override { pages_.save(); }
  void hold() override { pages_.hold(); }
  void let_go() override { pages_.let_go(); }
  bool opens(Unit unit, uint32_t scope, uint64_t id, std::string_view sealed) override {
    if (sealed.size() < head_size) return false;
    const unsigned char* key = key_of(unit, scope, id, sealed);
    std::string_view head = bind(unit, scope, id, sealed.substr(0, head_size));
    return key && cipher_.open(key, head, sealed.substr(head_size), opened_);
  }
  void destroy(Unit unit, uint32_t scope, uint64_t id) override { pages_.destroy(unit, scope, id); }
  void destroy_all_but(Unit unit, const std::function<bool(uint32_t, uint64_t)>& is_kept) override {
    pages_.destroy_all_but(unit, is_kept);
  }
  bool has_published() override { return pages_.has_published(); }
  void note_published() override { pages_.note_published(); }
  std::vector<Erasure> erasures(uint64_t after) override { return pages_.erasures(after); }
  void erase(const Erasure& erasure) override {
    pages_.destroy(erasure.unit, erasure.scope, erasure.id);
    pages_.add_erasure(erasure);
  }

  uint64_t rewrap(uint64_t most) override {
    if (!status_.is_rotating) return 0;
    auto left = pages_.rewrap(most);
    if (left > 0) return left;
    end_rotation(key_file_);
    status_.is_rotating = false;
    return 0;
  }
  KeyStatus status() override {
    auto status = status_;
    status.waiting = pages_.waiting();
    status.counts = pages_.counts();
    status.erasures = pages_.erasures(0);
    return status;
  }

  uint64_t token(uint32_t space, std::string_view value) const override {
    return siphash(token_, space, value);
  }

  std::array<unsigned char, 32> identify(std::string_view text) const override {
    std::array<unsigned char, 32> answer;
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    auto* context = signing_.get();
    bool is_signed = EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
                     EVP_MAC_update(context, bytes, text.size()) == 1 &&
                     EVP_MAC_final(context, answer.data(), &size, answer.size()) == 1;
    if (!is_signed) throw Error(Next::fail, "OpenSSL failed to sign");
    return answer;
  }

 private:
  const unsigned char* key_of(Unit unit, uint32_t scope, uint64_t id, std::string_view sealed) {
    return pages_.key_to_open(unit, scope, id, static_cast<uint8_t>(sealed[1]));
  }

  static Error changed() {
    return {Next::fail,
            "a sealed unit was changed, moved or belongs to other keys; restore the "
            "store from the last backup"};
  }

  // tenant|unit|scope|id|head in a buffer that is kept; numbers have a fixed width.
  std::string_view bind(Unit unit, uint32_t scope, uint64_t id, std::string_view head) {
    bound_.resize(tenant_size_ + 1 + sizeof scope + sizeof id + head_size);
    char* at = bound_.data() + tenant_size_;
    *at++ = static_cast<char>(unit);
    std::memcpy(at, &scope, sizeof scope);
    std::memcpy(at + sizeof scope, &id, sizeof id);
    std::memcpy(at + sizeof scope + sizeof id, head.data(), head_size);
    return bound_;
  }

  std::filesystem::path key_file_;
  KeyStatus status_;  ///< what the key file says
  KeyPages pages_;
  Signer signing_;
  SipKey token_{};
  Cipher cipher_;
  Packing packing_;
  std::string bound_;
  std::size_t tenant_size_ = 0;
  std::string opened_;
};

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(file, ignored));
}

Error one_is_missing(const std::filesystem::path& missing, const std::filesystem::path& other) {
  return {Next::fix_settings, missing.string() + " is missing while " + other.string() +
                                  " is there; put it back from its backup, without it the store "
                                  "cannot be read"};
}

}  // namespace

std::unique_ptr<KeyRing> KeyRing::open(const std::filesystem::path& key_file,
                                       std::string_view tenant_id, const RootKeyPlace& root) {
  auto key_pages = pages_beside(key_file);
  bool has_file = is_there(key_file);
  bool has_pages = is_there(key_pages);
  if (has_file && !has_pages) throw one_is_missing(key_pages, key_file);
  if (has_file)
    return std::make_unique<StoredKeyRing>(key_file, tenant_id,
                                           read_key_file(key_file, tenant_id, root));
  if (has_pages && !KeyPages::holds_nothing(key_pages)) throw one_is_missing(key_file, key_pages);
  // The key file comes last: with it, both are there.
  KeyPages::make(key_pages, tenant_id);
  return std::make_unique<StoredKeyRing>(key_file, tenant_id,
                                         make_key_file(key_file, tenant_id, root));
}

void KeyRing::rotate(const std::filesystem::path& key_file, std::string_view tenant_id,
                     const RootKeyPlace& root, const RootKeyPlace& root_was) {
  if (!is_there(key_file)) throw one_is_missing(key_file, pages_beside(key_file));
  begin_rotation(key_file, tenant_id, root, root_was);
}

void KeyRing::copy(const std::filesystem::path& key_file, const std::filesystem::path& to) {
  std::filesystem::path pages = key_file.string() + ".keydb";
  if (!is_there(key_file)) throw one_is_missing(key_file, pages);
  if (!is_there(pages)) throw one_is_missing(pages, key_file);
  // As when they are made: the key file comes last, with it both are there. It must be that of the
  // pages: a rotation that began or ended meanwhile would leave a copy nobody can open.
  auto before = world::sha256_of_file(key_file);
  sqlite::copy(pages, to.string() + ".keydb");
  copy_key_file(key_file, to);
  if (world::sha256_of_file(to) == before) return;
  for (const auto& file : {to, std::filesystem::path(to.string() + ".keydb")})
    std::filesystem::remove(file);
  throw Error(Next::retry, key_file.string() + ": the keys were rotated meanwhile; do it again");
}

std::string sha256_hex(std::string_view bytes) {
  return world::hex(world::sha256(bytes));
}

std::string new_tenant_id() {
  unsigned char bytes[16];
  draw_random(bytes, sizeof bytes);
  return to_hex({reinterpret_cast<const char*>(bytes), sizeof bytes});
}

std::string chain(std::string_view previous_hex, std::string_view entry) {
  return sha256_hex(std::string(previous_hex) + "|" + std::string(entry));
}

}  // namespace homeroom::keys
