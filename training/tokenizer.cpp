// Tokenizes a stream of texts: greedy longest match over bytes.
//
//   tokenizer VOCABULARY.bin < texts > tokens
//
// In the input, byte 0 ends a document and byte 1 switches between plain text and answer. Neither
// is ever part of a token. In the output (u16, little endian) a document ends with 0, and the
// tokens of an answer carry bit 15, so that training can weigh them.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

struct Node {
  int32_t child[256];
  int32_t token = -1;
  Node() { memset(child, -1, sizeof child); }
};

static std::vector<Node> readTrie(const char* path) {
  std::vector<Node> trie(1);
  FILE* file = fopen(path, "rb");
  if (!file) return {};
  uint32_t count = 0;
  if (fread(&count, 4, 1, file) != 1) return {};
  for (uint32_t i = 0; i < count; i++) {
    uint32_t number;
    uint16_t length;
    unsigned char bytes[65536];
    if (fread(&number, 4, 1, file) != 1 || fread(&length, 2, 1, file) != 1 ||
        fread(bytes, 1, length, file) != length)
      return {};
    int at = 0;
    for (int j = 0; j < length; j++) {
      if (trie[at].child[bytes[j]] < 0) {
        trie.emplace_back();
        trie[at].child[bytes[j]] = static_cast<int32_t>(trie.size() - 1);
      }
      at = trie[at].child[bytes[j]];
    }
    trie[at].token = static_cast<int32_t>(number);
  }
  fclose(file);
  return trie;
}

int main(int count, char** arguments) {
  if (count != 2) return fprintf(stderr, "usage: tokenizer VOCABULARY.bin < texts > tokens\n"), 2;
  const std::vector<Node> trie = readTrie(arguments[1]);
  if (trie.empty()) return fprintf(stderr, "cannot read %s\n", arguments[1]), 1;

  std::string text;
  std::vector<char> buffer(1 << 22);
  for (size_t n; (n = fread(buffer.data(), 1, buffer.size(), stdin)) > 0;) text.append(buffer.data(), n);

  std::vector<uint16_t> tokens;
  tokens.reserve(text.size() / 3);
  uint16_t answer = 0;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == 0) {
      tokens.push_back(0);
      answer = 0;
      i++;
      continue;
    }
    if (text[i] == 1) {
      answer ^= 0x8000;
      i++;
      continue;
    }
    int at = 0, best = -1;
    size_t length = 0;
    for (size_t j = i; j < text.size() && text[j] != 0 && text[j] != 1; j++) {
      at = trie[at].child[static_cast<unsigned char>(text[j])];
      if (at < 0) break;
      if (trie[at].token >= 0) best = trie[at].token, length = j - i + 1;
    }
    if (best < 0) return fprintf(stderr, "no token for byte %d\n", static_cast<unsigned char>(text[i])), 1;
    tokens.push_back(static_cast<uint16_t>(best | answer));
    i += length;
  }
  fwrite(tokens.data(), 2, tokens.size(), stdout);
  fprintf(stderr, "%zu bytes, %zu tokens, %.3f bytes a token\n", text.size(), tokens.size(),
          static_cast<double>(text.size()) / static_cast<double>(tokens.size()));
}
