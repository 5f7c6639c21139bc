import TestSupport
import Testing

@testable import VectorCollections

@Suite struct CapacityEstimateTests {
    @Test(arguments: Quantization.allCases)
    func isWhatACollectionTakes(quantization: Quantization) async throws {
        var generator = SeededGenerator(seed: 1)
        var parameters = CollectionParameters()
        parameters.fullScanKilobytes = 0
        parameters.efConstruct = 16
        parameters.quantization = quantization
        let schema = try CollectionSchema(name: "bare", model: "m", dimension: 100, fields: [])
        let collection = VectorCollections.Collection(
            schema: schema, parameters: parameters, workers: Fixtures.workers())
        try collection.load(
            (0..<1_000).map { Point(id: Fixtures.id($0), vector: Fixtures.vector(100, using: &generator)) })
        collection.completeLoad(at: 1)
        try await collection.optimise()
        let info = collection.info()
        let estimate = CapacityEstimate(vectors: 1_000, dimension: 100, quantization: quantization)
        #expect(info.rowBytes == estimate.rowBytes)
        #expect(info.codeBytes == estimate.walkedCodeBytes + estimate.comparedCodeBytes)
        #expect(info.columnBytes == estimate.slotBytes)
        // 1,000 / 15 nodes are on upper levels on average; so few are drawn with some spread.
        #expect(abs(info.linkBytes - estimate.linkBytes) < 4 * 16 * 40)
    }
}
