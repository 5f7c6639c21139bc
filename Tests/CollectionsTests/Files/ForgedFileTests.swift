import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// Files whose checksums are right and whose contents are not: each is refused for the very section that is wrong.
@Suite struct ForgedFileTests {
    struct Forgery: Sendable, CustomTestStringConvertible {
        let kind: SectionKind
        /// The element's byte in the section; behind the last one if negative.
        let byte: Int
        let value: UInt32

        var testDescription: String { "\(kind) at \(byte): \(value)" }
    }

    @Test(arguments: [
        Forgery(kind: .order, byte: 0, value: 50),
        Forgery(kind: .order, byte: 4, value: 3),
        Forgery(kind: .scale, byte: 0, value: 0x7FC0_0000),
        Forgery(kind: .graphShape, byte: 0, value: 7),
        Forgery(kind: .graphShape, byte: 4, value: 2),
        Forgery(kind: .graphShape, byte: 8, value: 51),
        Forgery(kind: .nodes, byte: 64, value: 50),
        Forgery(kind: .upperLinks, byte: 0, value: 50),
        Forgery(kind: .intrinsicDimension, byte: 0, value: 0x7FC0_0000),
        Forgery(kind: .intrinsicDimension, byte: 0, value: 0),
        Forgery(kind: .wordPostings, byte: 0, value: 50),
        Forgery(kind: .wordPostings, byte: -4, value: 0),
        Forgery(kind: .keywordOffsets, byte: 0, value: 1),
        Forgery(kind: .keywordOffsets, byte: 40, value: .max),
        Forgery(kind: .keywordOffsets, byte: -4, value: 3),
        Forgery(kind: .keywordCodes, byte: -4, value: 500),
        Forgery(kind: .termOfSpelling, byte: 0, value: 500),
        Forgery(kind: .spellingOffsets, byte: -4, value: 100_000),
        Forgery(kind: .termOffsets, byte: 4, value: .max),
        Forgery(kind: .postingOffsets, byte: 4, value: .max),
        Forgery(kind: .postings, byte: 4, value: .max),
        Forgery(kind: .valueOrder, byte: 0, value: 50),
        Forgery(kind: .textOffsets, byte: 8, value: .max),
        Forgery(kind: .foldedOffsets, byte: -4, value: 0),
        Forgery(kind: .presence, byte: 4, value: .max),
    ])
    func isRefused(_ forgery: Forgery) throws {
        let segment = try Fixtures.segment(points: 50, seed: 11)
        let forged = try forge(Fixtures.fileBytes(segment), forgery)
        do throws(SectionFileError) {
            _ = try SegmentFile.open(.guarded(forged), schema: segment.schema, checking: .full)
            Issue.record("a forged file was accepted")
        } catch {
            guard case .contents(let section, let problem) = error else { throw error }
            #expect(section.hasPrefix("\(forgery.kind)") && !problem.isEmpty)
        }
    }

    @Test func aNumberThatIsNotFiniteIsRefused() throws {
        let segment = try Fixtures.segment(points: 50, seed: 11)
        // The upper half of a number beyond all.
        let bytes = try forge(Fixtures.fileBytes(segment), Forgery(kind: .values, byte: 4, value: 0x7FF0_0000))
        #expect(
            throws: SectionFileError.contents(section: "values of field 2", problem: "a number in it is not finite")
        ) {
            try SegmentFile.open(.guarded(bytes), schema: segment.schema, checking: .structure)
        }
    }

    @Test func aPointLiveInTwoSegmentsIsRefused() throws {
        let files = FaultyFiles(seed: 1)
        let segment = try Fixtures.segment(points: 20, seed: 12)
        for (overlap, isAllowed) in [(false, true), (true, false)] {
            var names: [CollectionManifest.SegmentName] = []
            for number in 1...2 {
                let file = try SegmentFile.write(segment, number: number, to: "f/segment-\(number)", on: files)
                names.append(CollectionManifest.SegmentName(number: number, file: file))
            }
            var (even, odd) = (Bitmap(slotCount: 20), Bitmap(slotCount: 20))
            for slot in 0..<20 { if slot % 2 == 0 { even.insert(slot) } else { odd.insert(slot) } }
            if overlap { odd.insert(18) }
            let manifest = CollectionManifest(
                schema: segment.schema, source: "s", position: 9,
                segments: zip(names, [even, odd]).map { CollectionManifest.Segment(name: $0, live: $1) })
            _ = try manifest.sections().write(
                .manifest, fingerprint: segment.schema.fingerprint, slotCount: 0, number: 3, to: "f/manifest",
                on: files)
            let reader = SnapshotReader(
                folder: SnapshotFolder(path: "f", files: files), schema: segment.schema, source: "s", checking: .full)
            if isAllowed {
                #expect(try reader.read()?.parts.map(\.part.liveCount) == [10, 10])
            } else {
                #expect(throws: SnapshotError.self) { try reader.read() }
            }
        }
    }

    private func forge(_ bytes: [UInt8], _ forgery: Forgery) throws -> [UInt8] {
        let file = MappedFile.guarded(bytes)
        let table = try SectionEntry.readTable(file, try SectionFileHeader.read(file, .segment).header)
        let entry = try #require(table.first { $0.entry.name.kind == forgery.kind }?.entry)
        var mutation = FileMutation(bytes: bytes)
        mutation.set(
            entry.offset + (forgery.byte < 0 ? entry.count * entry.elementBytes : 0) + forgery.byte, forgery.value)
        #expect(mutation.bytes != bytes)
        mutation.seal()
        return mutation.bytes
    }
}
