/// A query in the forms that scans compare: padded to whole rows, in full precision and as codes.
struct QueryVector: Sendable {
    let row: Slab<Float>
    let codes: Slab<Int8>
    let scale: Float
    /// The length of (row − scale × codes), rounded up.
    let error: Float

    /// - Throws: `SearchError.vector`
    init(_ vector: [Float], dimension: Int) throws(SearchError) {
        let unit: [Float]
        do {
            unit = try UnitVector.normalise(vector, dimension: dimension)
        } catch {
            throw .vector(error)
        }
        let row = Slab<Float>(count: VectorRows.stride(dimension: dimension)) { buffer in
            for (index, element) in unit.enumerated() { buffer[index] = element }
        }
        var quantised: (scale: Float, error: Float) = (0, 0)
        codes = Slab(count: NodeLayout(dimension: dimension, degreeMax: 0).codeBytes) { buffer in
            guard let base = buffer.baseAddress else { return }
            quantised = Kernels.best.quantise(row.base, dimension, codes: base)
        }
        self.row = row
        (scale, error) = quantised
    }
}
