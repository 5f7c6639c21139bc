import Embedding
import Testing

@testable import greenroom

@Suite struct ProviderConfigurationTests {
    private let key = "sk-test-0123456789abcdef"

    private func provider(_ environment: [String: String]) throws -> RemoteEmbedderConfiguration? {
        try EmbeddingConfiguration(environment: environment).provider
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try provider(environment)
            return []
        } catch let error as ConfigurationError {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test func theLocalModelServesWithoutAKey() throws {
        #expect(try provider([:]) == nil)
        #expect(try provider(["DEFAULT_EMBEDDING_MODEL": "text-embedding-3-large"]) == nil)
        #expect(problems(["OPENAI_BASE_URL": "https://h.example/v1"]).first?.contains("OPENAI_API_KEY is not") ?? false)
        #expect(problems(["EMBEDDING_CONCURRENCY": "0"]).count == 1, "checked all the same")
    }

    @Test func hasOpenAIsDefaults() throws {
        let provider = try #require(try provider(["OPENAI_API_KEY": key]))
        let model = EmbeddingModel(
            name: "text-embedding-3-small", revision: "openai:text-embedding-3-small:1536", dimension: 1_536)
        #expect(provider.model == model && !provider.sendsDimension && "\(provider.endpoint)" == "api.openai.com")
        #expect(!"\(provider)".contains("0123") && !String(reflecting: provider).contains("0123"))
    }

    @Test func readsEverySetting() throws {
        let provider = try #require(
            try provider([
                "OPENAI_API_KEY": key, "OPENAI_BASE_URL": "http://10.0.0.1:99/v1", "OPENAI_ALLOW_HTTP": "true",
                "OPENAI_ORG_ID": "org-1", "DEFAULT_EMBEDDING_MODEL": "text-embedding-3-large",
                "EMBEDDING_DIMENSION": "512", "EMBEDDING_ENCODING": "base64", "EMBEDDING_BATCH_TEXTS_MAX": "9",
                "EMBEDDING_BATCH_TOKENS_MAX": "999", "EMBEDDING_TEXT_TOKENS_MAX": "99", "EMBEDDING_CONCURRENCY": "2",
                "EMBEDDING_TIMEOUT_SECONDS": "3", "EMBEDDING_DEADLINE_SECONDS": "7", "EMBEDDING_ATTEMPTS_MAX": "5",
            ]))
        #expect(provider.model.description == "text-embedding-3-large@openai:text-embedding-3-large:512/512")
        #expect(provider.sendsDimension && provider.encoding == .base64 && provider.organization == "org-1")
        #expect(provider.batchTextsMax == 9 && provider.batchTokensMax == 999 && provider.textTokensMax == 99)
        #expect(provider.concurrencyMax == 2 && provider.retries.attemptsMax == 5)
        #expect(provider.attemptTimeout == .seconds(3) && provider.callTimeout == .seconds(7))
    }

    @Test func namesWhatIsWrong() {
        let other = ["OPENAI_API_KEY": key, "DEFAULT_EMBEDDING_MODEL": "nomic-embed-text"]
        #expect(problems(other).first?.hasPrefix("EMBEDDING_DIMENSION is missing") ?? false)
        #expect(problems(other.merging(["EMBEDDING_DIMENSION": "768"]) { $1 }) == [])
        #expect(problems(["OPENAI_API_KEY": "a b"]).first?.hasPrefix("OPENAI_API_KEY has a character") ?? false)
        let password = ["OPENAI_API_KEY": key, "OPENAI_BASE_URL": "https://me:word@h.example/v1"]
        #expect(problems(password).count == 1 && !problems(password)[0].contains("word@"))
        let plain = ["OPENAI_API_KEY": key, "OPENAI_BASE_URL": "http://h.example/v1"]
        #expect(problems(plain).first?.contains("unencrypted to h.example") ?? false)
        let limits = ["OPENAI_API_KEY": key, "EMBEDDING_BATCH_TOKENS_MAX": "100"]
        #expect(problems(limits).first?.hasPrefix("EMBEDDING_BATCH_TOKENS_MAX is 100") ?? false)
    }
}
