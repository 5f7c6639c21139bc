/// How a provider is asked for embeddings. Texts, tokens and times are all bounded here.
public struct RemoteEmbedderConfiguration: Sendable {
    /// How vectors travel. Base64 is a third of the size and faster to read; every compatible server knows numbers.
    public enum Encoding: String, Sendable, CaseIterable { case float, base64 }

    public var endpoint: Endpoint
    /// Nil for a server that asks for none.
    public var key: APIKey?
    /// Whose account pays, for keys that belong to several: the header `OpenAI-Organization`.
    public var organization: String?
    /// As the provider calls it.
    public var modelName: String
    /// Numbers in a vector.
    public var dimension: Int
    /// Whether the provider is asked for `dimension` numbers; otherwise the model has to have so many by itself.
    public var sendsDimension: Bool
    public var encoding = Encoding.float
    /// Texts in one request.
    public var batchTextsMax = 256
    /// Estimated tokens in one request.
    public var batchTokensMax = 100_000
    /// Estimated tokens that the model takes in one text; a longer one is embedded in pieces.
    public var textTokensMax = 8_000
    /// Requests under way at once, of all calls together.
    public var concurrencyMax = 4
    /// Requests that may wait for others to end.
    public var waitingMax = 1_024
    /// For one attempt, from the connection to the last byte.
    public var attemptTimeout: Duration = .seconds(30)
    /// For one call with all its requests, attempts and pauses.
    public var callTimeout: Duration = .seconds(60)
    public var retries = RetryPolicy()

    public init(
        endpoint: Endpoint, key: APIKey?, organization: String? = nil, modelName: String, dimension: Int,
        sendsDimension: Bool = false
    ) {
        self.endpoint = endpoint
        self.key = key
        self.organization = organization
        self.modelName = modelName
        self.dimension = dimension
        self.sendsDimension = sendsDimension
    }

    /// The vector space, which does not depend on who serves it: "openai:text-embedding-3-small:512" for the revision.
    public var model: EmbeddingModel {
        EmbeddingModel(name: modelName, revision: "openai:\(modelName):\(dimension)", dimension: dimension)
    }

    /// The numbers that a model of OpenAI's has when it is not asked for fewer, or nil for a model not known here.
    public static func nativeDimension(ofModel name: String) -> Int? {
        switch name {
        case "text-embedding-3-small", "text-embedding-ada-002": 1_536
        case "text-embedding-3-large": 3_072
        default: nil
        }
    }

    /// Whether a model is known to give fewer numbers when asked to.
    public static func canShorten(model name: String) -> Bool { name.hasPrefix("text-embedding-3-") }

    func requireSense() {
        precondition(dimension >= 1 && !modelName.isEmpty, "a model has a name and a dimension")
        precondition(batchTextsMax >= 1 && textTokensMax >= 1, "a request holds a text")
        precondition(batchTokensMax >= textTokensMax, "a request has room for the longest text")
        precondition(concurrencyMax >= 1 && waitingMax >= 0, "a request can be made")
        precondition(attemptTimeout > .zero && callTimeout > .zero, "there is time for an attempt")
    }
}
