import Foundation
import Synchronization
import TestSupport

/// A provider of embeddings on loopback whose vectors are sums of directions drawn for each word: another space than the
/// local model's, known to the test exactly.
final class WordProvider: Sendable {
    static let dimension = 24
    static let modelName = "words"

    /// A text with this word is refused.
    static let poison = "unspeakable"

    private let port: Int
    private let state: State

    /// What tests set and ask, while the server runs.
    private final class State: Sendable {
        let textsCount = Mutex(0)
        let isAway = Mutex(false)

        func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Answer {
            if isAway.withLock({ $0 }) { return .reply(status: 503, body: #"{"error": {"message": "away"}}"#) }
            let texts = request.input
            if texts.contains(where: { $0.contains(WordProvider.poison) }) {
                return .reply(status: 400, body: #"{"error": {"message": "one does not speak of this"}}"#)
            }
            textsCount.withLock { $0 += texts.count }
            let items = texts.enumerated().map { index, text in
                let numbers = WordProvider.vector(text).map { "\($0)" }.joined(separator: ",")
                return #"{"object": "embedding", "index": \#(index), "embedding": [\#(numbers)]}"#
            }
            return .reply(
                body: #"{"object": "list", "data": [\#(items.joined(separator: ","))], "usage": {"total_tokens": 1}}"#)
        }
    }

    private init(port: Int, _ state: State) {
        self.port = port
        self.state = state
    }

    static func run(_ use: @Sendable (WordProvider) async throws -> Void) async throws {
        let state = State()
        try await ScriptedServer.run({ _, request in state.answer(request) }) { server in
            try await use(WordProvider(port: server.port, state))
        }
    }

    /// Texts that were answered.
    var textsCount: Int { state.textsCount.withLock { $0 } }

    /// Whether every request is a 503.
    var isAway: Bool {
        get { state.isAway.withLock { $0 } }
        set { state.isAway.withLock { $0 = newValue } }
    }

    /// What an instance needs to have this provider beside the local model.
    var environment: [String: String] {
        [
            "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": "http://127.0.0.1:\(port)/v1",
            "DEFAULT_EMBEDDING_MODEL": Self.modelName, "EMBEDDING_DIMENSION": "\(Self.dimension)",
            "EMBEDDING_ATTEMPTS_MAX": "2", "EMBEDDING_DEADLINE_SECONDS": "20",
        ]
    }

    /// The unit vector of a text.
    static func vector(_ text: String) -> [Float] {
        var sum = [Float](repeating: 0, count: dimension)
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        for word in words.isEmpty ? ["nothing"] : words {
            // FNV-1a, so that a word has the same direction in every process.
            let seed = word.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            var generator = SeededGenerator(seed: seed)
            for index in sum.indices { sum[index] += Float.random(in: -1...1, using: &generator) }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { $0 / length }
    }
}
