import Foundation
import Testing

@testable import VectorCollections

@Suite struct FiguresTests {
    @Test("A percentile is a value of those given")
    func percentile() {
        let values = (1...100).map { Double($0) }.shuffled()
        #expect(Percentile.of(values, 0) == 1 && Percentile.of(values, 0.5) == 51)
        #expect(Percentile.of(values, 0.99) == 100 && Percentile.of(values, 1) == 100)
        #expect(Percentile.of([], 0.5) == 0 && Percentile.of([3], 0.99) == 3)
    }

    @Test("Five digits are kept")
    func digits() {
        let cases: [(value: Double, kept: Double)] = [
            (123_456.789, 123_460), (1.234_567, 1.2346), (0.000_123_456_7, 0.000_123_46), (-98_765.4, -98_765), (0, 0),
            (.infinity, .infinity),
        ]
        for (value, kept) in cases { #expect(value.fiveDigits == kept) }
    }

    @Test("Rows of numbers are written as other programs read them")
    func rows() async throws {
        try await BenchmarkFixtures.withFolder { folder in
            let url = folder.appendingPathComponent("x.ivecs")
            try VectorFile.write([[1, -1], [258, 0]], to: url)
            let bytes: [UInt8] = [2, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255, 2, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0]
            #expect(try Data(contentsOf: url) == Data(bytes))
        }
    }
}
