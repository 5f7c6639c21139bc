/// A query in the forms that scans compare: padded to whole rows, in full precision and as codes.
struct QueryVector: Sendable {
    let row: Slab<Float>
    let codes: Slab<Int8>
    /// Of all codes.
    let codeSum: Int32
    let scale: Float

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
        var scale: Float = 0
        codes = Slab(count: NodeLayout.paddedQuery(dimension)) { buffer in
            guard let base = buffer.baseAddress else { return }
            scale = Kernels.best.quantise(row.base, dimension, codes: base)
        }
        self.row = row
        codeSum = codes.elements.reduce(0) { $0 + Int32($1) }
        self.scale = scale
    }

    /// The length of (row − scale × codes), rounded up. O(dimension)
    func error(dimension: Int) -> Float { Kernels.error(row.base, codes.base, scale: scale, dimension) }

    /// The same as it is on average: an element is off by up to half a scale.
    func typicalError(dimension: Int) -> Float { scale * (Float(dimension) / 12).squareRoot() }
}
