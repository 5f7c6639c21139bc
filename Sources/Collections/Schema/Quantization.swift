/// What a walk through a graph compares; every answer is compared in full precision at the end.
public enum Quantization: String, Sendable, CaseIterable, Codable {
    /// Codes of eight bits, of which a walk reads the upper four. For any vectors.
    case int8
    /// The signs of the elements: a quarter of the memory to walk through, and noise that averages out over many
    /// dimensions. Measured to pay from about 1,000 dimensions; the halves of the codes that it lies beside cost an
    /// eighth more memory.
    case binary
}
