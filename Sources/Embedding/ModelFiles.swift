import Crypto
import Foundation

/// The two files of the local model in their folder, and what they must be.
struct ModelFiles: Sendable {
    let folder: String

    static let weightsHash = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    static let vocabularyHash = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

    var weights: String { folder + "/model.safetensors" }
    var vocabulary: String { folder + "/vocab.txt" }

    /// Reads the vocabulary.
    /// - Throws: `ModelError` when it cannot be read or does not fit the weights.
    func loadVocabulary() throws(ModelError) -> Vocabulary {
        let file = try MappedFile(path: vocabulary)
        let contents = withExtendedLifetime(file) { [UInt8](file.bytes) }
        let loaded = try Vocabulary(contents: contents, path: vocabulary)
        guard loaded.count == EncoderShape.words else {
            throw .wrongVocabularySize(path: vocabulary, expected: EncoderShape.words, found: loaded.count)
        }
        return loaded
    }

    /// Reads both files whole and compares their hashes, which takes a few tenths of a second.
    /// - Throws: `ModelError.unreadable` or `ModelError.wrongHash`.
    func verify() throws(ModelError) {
        for (path, expected) in [(vocabulary, Self.vocabularyHash), (weights, Self.weightsHash)] {
            let file = try MappedFile(path: path)
            // The mapping ends with the file object, which nothing else holds.
            let found = withExtendedLifetime(file) { Self.sha256(file.bytes) }
            guard found == expected else { throw .wrongHash(path: path, expected: expected, found: found) }
        }
    }

    /// In lower-case hexadecimal.
    static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
