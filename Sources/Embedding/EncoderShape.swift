/// The dimensions of all-MiniLM-L6-v2, a BERT encoder.
enum EncoderShape {
    static let layers = 6
    static let heads = 12
    static let hidden = 384
    static let inner = 1_536
    static let words = 30_522
    static let positions = 512
    static let kinds = 2
    static let epsilon: Float = 1e-12
    /// Tokens that the model was trained to see at once, the opening and closing one counted.
    static let tokensMax = 256
}
