import Testing

@testable import VectorCollections

@Suite struct GraphChecksTests {
    private static let none = UInt32.max

    /// Any file gives a reader; the checks look at the slabs they are given.
    private func reader() throws -> SectionReader {
        try SectionReader(
            .guarded(Fixtures.fileBytes(Fixtures.segment(points: 1, seed: 1))), .segment, checking: .full)
    }

    @Test func anOrderNamesEverySlotOnceWithIdsAscending() throws {
        let keys = Slab([3, 1, 2].map { PointKey(high: 7, low: $0) })
        let reader = try reader()
        try reader.checkOrder(Slab([1, 2, 0]), of: keys)
        try reader.checkOrder(Slab([]), of: Slab([]))
        for wrong in [[1, 2], [1, 2, 3], [0, 1, 2], [1, 1, 0], [1, 2, .max]] as [[UInt32]] {
            #expect(throws: SectionFileError.self, "\(wrong)") { try reader.checkOrder(Slab(wrong), of: keys) }
        }
    }

    @Test func linksLeadToNodes() throws {
        let reader = try reader()
        // Two nodes: eight bytes of codes, two links.
        func nodes(_ links: [UInt32]) -> Slab<UInt8> {
            var bytes: [UInt8] = []
            for node in 0..<2 {
                bytes += [UInt8](repeating: 0xFF, count: 8)
                for link in links[2 * node..<2 * node + 2] {
                    bytes += withUnsafeBytes(of: link.littleEndian) { Array($0) }
                }
            }
            return Slab(bytes)
        }
        func check(_ links: [UInt32]) throws {
            try reader.checkNodes(nodes(links), nodeBytes: 16, linksAt: 8, degreeMax: 2)
        }
        try check([1, Self.none, 0, Self.none])
        for wrong in [[2, Self.none, 0, 0], [0, 0, 0, .max - 1]] as [[UInt32]] {
            #expect(throws: SectionFileError.self, "\(wrong)") { try check(wrong) }
        }
        #expect(throws: SectionFileError.self) {
            try reader.checkNodes(Slab([1, 2, 3]), nodeBytes: 16, linksAt: 8, degreeMax: 2)
        }
        try reader.checkLinks(Slab([0, 4, Self.none]), below: 5, level: 1)
        #expect(
            throws: SectionFileError.contents(
                section: "upperLinks of field 2",
                problem: "it has a link to a node that is not there: allowed are nodes below 4")
        ) { try reader.checkLinks(Slab([0, 4, Self.none]), below: 4, level: 2) }
    }
}
