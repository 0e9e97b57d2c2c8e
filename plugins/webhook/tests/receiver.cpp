#include "plugins/webhook/tests/receiver.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace homeroom::webhook {
namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

size_t body_size(const std::string& head) {
  Received asked{head, {}};
  std::string size = asked.header("Content-Length");
  return size.empty() ? 0 : std::stoul(size);
}

}  // namespace

std::string Received::header(const std::string& name) const {
  auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  std::string wanted = "\r\n" + name + ": ";
  auto found = std::search(head.begin(), head.end(), wanted.begin(), wanted.end(), same);
  if (found == head.end()) return {};
  auto from = found + static_cast<std::ptrdiff_t>(wanted.size());
  return std::string(from, std::find(from, head.end(), '\r'));
}

// Bytes of one connection, plain or over TLS.
struct Receiver::Connection {
  Connection(int opened, const std::string& certificate) : socket(opened) {
    if (certificate.empty()) return;
    context = SSL_CTX_new(TLS_server_method());
    BIO* bio = BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    X509* x509 = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context, key);
    SSL_CTX_use_certificate(context, x509);
    EVP_PKEY_free(key);
    X509_free(x509);
    BIO_free(bio);
    tls = SSL_new(context);
    SSL_set_fd(tls, socket);
    is_open = SSL_accept(tls) == 1;
  }
  ~Connection() {
    if (tls && is_open) SSL_shutdown(tls);
    SSL_free(tls);
    SSL_CTX_free(context);
    close(socket);
  }
  bool read_some(std::string& into) {
    char piece[16 << 10];
    auto got = tls ? SSL_read(tls, piece, sizeof piece) : recv(socket, piece, sizeof piece, 0);
    if (got <= 0) return false;
    into.append(piece, static_cast<size_t>(got));
    return true;
  }
  void write(const std::string& text) {
    if (tls)
      SSL_write(tls, text.data(), static_cast<int>(text.size()));
    else
      (void)!send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  }
  int socket;
  SSL_CTX* context = nullptr;
  SSL* tls = nullptr;
  bool is_open = true;
};

Receiver::Receiver(Script script, std::string certificate)
    : script_(std::move(script)), certificate_(std::move(certificate)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 || pipe2(wake_, O_CLOEXEC) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no loopback port");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Receiver::~Receiver() {
  close(wake_[1]);  // wakes every poll
  thread_.join();
  close(wake_[0]);
  close(listener_);
}

std::string Receiver::url() const {
  return (certificate_.empty() ? "http" : "https") + std::string("://127.0.0.1:") +
         std::to_string(port_) + "/homeroom";
}

std::vector<Received> Receiver::received() const {
  std::lock_guard guard(mutex_);
  return received_;
}

void Receiver::serve() {
  for (;;) {
    pollfd waiting[2] = {{listener_, POLLIN, 0}, {wake_[0], POLLIN | POLLHUP, 0}};
    poll(waiting, 2, -1);
    if (waiting[1].revents) return;
    int opened = accept(listener_, nullptr, nullptr);
    if (opened >= 0) serve_one(opened);
  }
}

void Receiver::serve_one(int socket) {
  timeval patience{5, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  Connection connection(socket, certificate_);
  std::string bytes;
  size_t end;
  while ((end = bytes.find("\r\n\r\n")) == bytes.npos)
    if (!connection.read_some(bytes)) return;
  Received request{bytes.substr(0, end + 2), bytes.substr(end + 4)};
  while (request.body.size() < body_size(request.head))
    if (!connection.read_some(request.body)) return;
  {
    std::lock_guard guard(mutex_);
    received_.push_back(request);
  }
  std::string said = script_(request);
  if (said == silence()) {
    std::string more;
    connection.read_some(more);  // until the other side gives up
    return;
  }
  connection.write(said);
}

std::string answer(int status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers +
         "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

MadeCertificate make_certificate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 86400);
  X509_set_pubkey(made, key);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("a test"), -1, -1, 0);
  X509_set_issuer_name(made, name);
  X509V3_CTX context;
  X509V3_set_ctx(&context, made, made, nullptr, nullptr, 0);
  for (auto [id, value] : {std::pair{NID_subject_alt_name, "IP:127.0.0.1"},
                           std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
    X509_add_ext(made, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(made, key, EVP_sha256());
  BIO* key_text = BIO_new(BIO_s_mem());
  BIO* certificate_text = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(certificate_text, made);
  EVP_PKEY_free(key);
  X509_free(made);
  return {text_of(key_text), text_of(certificate_text)};
}

}  // namespace homeroom::webhook
