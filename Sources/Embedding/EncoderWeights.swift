/// The model's weights: the tables of words and positions where the file has them, the linear maps packed.
///
/// `@unchecked Sendable`: pointers into the mapped file and into memory that is not written after `init`.
final class EncoderWeights: @unchecked Sendable {
    struct Norm {
        let gain: UnsafePointer<Float>
        let bias: UnsafePointer<Float>
    }

    struct Layer {
        /// Queries, keys and values side by side.
        let attention: PackedMatrix
        let attentionOut: PackedMatrix
        let attentionNorm: Norm
        let up: PackedMatrix
        let down: PackedMatrix
        let innerNorm: Norm
    }

    let words: UnsafePointer<Float>
    let positions: UnsafePointer<Float>
    /// The vector of the first kind of text: the model has two, of which one alone is used.
    let kind: UnsafePointer<Float>
    let norm: Norm
    let layers: [Layer]
    let precision: LocalEmbedder.Precision
    private let file: SafetensorsFile

    /// Reads and packs the weights, which takes about a tenth of a second.
    /// - Throws: `ModelError`.
    init(path: String, precision: LocalEmbedder.Precision) throws(ModelError) {
        let file = try SafetensorsFile(path: path)
        self.file = file
        self.precision = precision
        let hidden = EncoderShape.hidden
        words = try file.floats("embeddings.word_embeddings.weight", shape: [EncoderShape.words, hidden])
        positions = try file.floats("embeddings.position_embeddings.weight", shape: [EncoderShape.positions, hidden])
        kind = try file.floats("embeddings.token_type_embeddings.weight", shape: [EncoderShape.kinds, hidden])
        norm = try Self.norm(file, "embeddings.LayerNorm")
        var arena = WeightArena(
            weights: EncoderShape.layers * (4 * hidden * hidden + 2 * hidden * EncoderShape.inner),
            columns: EncoderShape.layers * (5 * hidden + EncoderShape.inner), precision: precision)
        var layers: [Layer] = []
        for index in 0..<EncoderShape.layers { layers.append(try Self.layer(file, index, &arena)) }
        self.layers = layers
    }

    private static func layer(
        _ file: SafetensorsFile, _ index: Int, _ arena: inout WeightArena
    ) throws(ModelError) -> Layer {
        let (hidden, inner) = (EncoderShape.hidden, EncoderShape.inner)
        let name = "encoder.layer.\(index)"
        let query = try part(file, "\(name).attention.self.query", columns: hidden, depth: hidden)
        let key = try part(file, "\(name).attention.self.key", columns: hidden, depth: hidden)
        let value = try part(file, "\(name).attention.self.value", columns: hidden, depth: hidden)
        let out = try part(file, "\(name).attention.output.dense", columns: hidden, depth: hidden)
        let up = try part(file, "\(name).intermediate.dense", columns: inner, depth: hidden)
        let down = try part(file, "\(name).output.dense", columns: hidden, depth: inner)
        return Layer(
            attention: PackedMatrix([query, key, value], depth: hidden, in: &arena),
            attentionOut: PackedMatrix([out], depth: hidden, in: &arena),
            attentionNorm: try norm(file, "\(name).attention.output.LayerNorm"),
            up: PackedMatrix([up], depth: hidden, in: &arena),
            down: PackedMatrix([down], depth: inner, in: &arena),
            innerNorm: try norm(file, "\(name).output.LayerNorm"))
    }

    private static func part(
        _ file: SafetensorsFile, _ name: String, columns: Int, depth: Int
    ) throws(ModelError) -> PackedMatrix.Part {
        PackedMatrix.Part(
            weights: try file.floats("\(name).weight", shape: [columns, depth]),
            bias: try file.floats("\(name).bias", shape: [columns]), columns: columns)
    }

    private static func norm(_ file: SafetensorsFile, _ name: String) throws(ModelError) -> Norm {
        Norm(
            gain: try file.floats("\(name).weight", shape: [EncoderShape.hidden]),
            bias: try file.floats("\(name).bias", shape: [EncoderShape.hidden]))
    }
}
