import Embedding

extension RemoteEmbedderConfiguration {
    /// The largest dimension that the schema of the database takes.
    private static let dimensionMax = 4_096

    /// Reads how an OpenAI-compatible provider is asked. Nil when no key is set, so that the local model serves, or when
    /// something is wrong, which is noted in the reader.
    init?(_ reader: inout SettingReader) {
        let organization = reader.optionalText("OPENAI_ORG_ID")
        let modelName = reader.text("DEFAULT_EMBEDDING_MODEL", default: "text-embedding-3-small")
        let asked = reader.optionalInteger("EMBEDDING_DIMENSION", in: 1...Self.dimensionMax)
        let sendsDimension = reader.boolean(
            "EMBEDDING_DIMENSION_SEND", default: asked != nil && Self.canShorten(model: modelName))
        let limits = Limits(&reader)
        let base = reader.optionalText("OPENAI_BASE_URL")
        let allowsHTTP = reader.boolean("OPENAI_ALLOW_HTTP", default: false)
        guard let secret = reader.secret("OPENAI_API_KEY") else {
            if base != nil {
                reader.problem(
                    "OPENAI_BASE_URL is set and OPENAI_API_KEY is not: set the key (any word for a server that asks for "
                        + "none), or remove OPENAI_BASE_URL so that the local model serves")
            }
            return nil
        }
        guard let dimension = asked ?? Self.nativeDimension(ofModel: modelName), dimension <= Self.dimensionMax else {
            reader.problem("EMBEDDING_DIMENSION is missing: how many numbers '\(modelName)' gives is not known here")
            return nil
        }
        if let organization, !organization.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            reader.refuse("OPENAI_ORG_ID", organization, "visible ASCII without spaces")
            return nil
        }
        guard let endpoint = Self.endpoint(base ?? Endpoint.openAI, allowsHTTP, &reader),
            let key = Self.key(secret, &reader)
        else { return nil }
        self.init(
            endpoint: endpoint, key: key, organization: organization, modelName: modelName, dimension: dimension,
            sendsDimension: sendsDimension)
        limits.apply(to: &self)
    }

    private static func endpoint(_ base: String, _ allowsHTTP: Bool, _ reader: inout SettingReader) -> Endpoint? {
        do {
            return try Endpoint(base: base, allowsHTTP: allowsHTTP)
        } catch {
            // The address itself is not told: it may hold a password.
            reader.problem("OPENAI_BASE_URL \(error)")
            return nil
        }
    }

    private static func key(_ secret: Secret, _ reader: inout SettingReader) -> APIKey? {
        do {
            return try APIKey(secret.revealed)
        } catch {
            reader.problem("OPENAI_API_KEY \(error)")
            return nil
        }
    }

    /// The limits, which are checked even while the local model serves.
    private struct Limits {
        let encoding: Encoding
        let batchTextsMax: Int
        let batchTokensMax: Int
        let textTokensMax: Int
        let concurrencyMax: Int
        let attemptSeconds: Int
        let callSeconds: Int
        let attemptsMax: Int

        init(_ reader: inout SettingReader) {
            encoding = reader.choice("EMBEDDING_ENCODING", default: .float)
            batchTextsMax = reader.integer("EMBEDDING_BATCH_TEXTS_MAX", default: 256, in: 1...2_048)
            batchTokensMax = reader.integer("EMBEDDING_BATCH_TOKENS_MAX", default: 100_000, in: 16...1_000_000)
            textTokensMax = reader.integer("EMBEDDING_TEXT_TOKENS_MAX", default: 8_000, in: 16...1_000_000)
            concurrencyMax = reader.integer("EMBEDDING_CONCURRENCY", default: 4, in: 1...64)
            attemptSeconds = reader.integer("EMBEDDING_TIMEOUT_SECONDS", default: 30, in: 1...600)
            callSeconds = reader.integer("EMBEDDING_DEADLINE_SECONDS", default: 60, in: 1...3_600)
            attemptsMax = reader.integer("EMBEDDING_ATTEMPTS_MAX", default: 4, in: 1...20)
            if batchTokensMax < textTokensMax {
                reader.problem(
                    "EMBEDDING_BATCH_TOKENS_MAX is \(batchTokensMax), at least EMBEDDING_TEXT_TOKENS_MAX "
                        + "(\(textTokensMax)) is allowed: a request holds the longest text")
            }
        }

        func apply(to configuration: inout RemoteEmbedderConfiguration) {
            configuration.encoding = encoding
            configuration.batchTextsMax = batchTextsMax
            configuration.batchTokensMax = batchTokensMax
            configuration.textTokensMax = textTokensMax
            configuration.concurrencyMax = concurrencyMax
            configuration.attemptTimeout = .seconds(attemptSeconds)
            configuration.callTimeout = .seconds(callSeconds)
            configuration.retries.attemptsMax = attemptsMax
        }
    }
}
