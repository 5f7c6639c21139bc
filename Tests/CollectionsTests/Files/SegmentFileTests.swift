import CKernels
import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct SegmentFileTests {
    private static func open(
        _ bytes: [UInt8], schema: CollectionSchema, checking: FileChecking = .full
    ) throws -> SegmentFile.Opened {
        try SegmentFile.open(.guarded(bytes), schema: schema, checking: checking)
    }

    @Test(arguments: [0, 1, 2, 63, 64, 65, 300])
    func givesBackWhatWasWritten(points: Int) throws {
        for dimension in [1, 16, 20, 70] {
            let segment = try Fixtures.segment(points: points, dimension: dimension, seed: UInt64(points + 1))
            let bytes = try Fixtures.fileBytes(segment)
            let opened = try Self.open(bytes, schema: segment.schema)
            #expect(opened.unverified.isEmpty && opened.number == 7)
            #expect(opened.file.fileBytes == bytes.count && bytes.count % 64 == 0)
            try expectEqual(opened.segment, segment)
            #expect(try Fixtures.fileBytes(opened.segment) == bytes, "a file of the same segment is the same")
            let state = CollectionState(
                schema: segment.schema, parts: [Part(number: 1, segment: opened.segment)], appliedPosition: 1,
                isLoaded: true)
            try Validity(state: state).check()
        }
    }

    private func expectEqual(_ came: Segment, _ wanted: Segment) throws {
        #expect(came.keys.elements.elementsEqual(wanted.keys.elements))
        #expect(came.vectors.rows.elements.elementsEqual(wanted.vectors.rows.elements))
        #expect(came.order.elements.elementsEqual(wanted.order.elements))
        #expect(came.codes.nodes.elements.elementsEqual(wanted.codes.nodes.elements))
        #expect(came.codes.lower.elements.elementsEqual(wanted.codes.lower.elements))
        #expect(came.codes.upper?.count == wanted.codes.upper?.count)
        #expect(came.graph?.intrinsicDimension == wanted.graph?.intrinsicDimension)
        #expect(came.codes.scale == wanted.codes.scale && came.graph?.m == wanted.graph?.m)
        for (links, wantedLinks) in zip(came.graph?.upperLinks ?? [], wanted.graph?.upperLinks ?? []) {
            #expect(links.elements.elementsEqual(wantedLinks.elements))
        }
        #expect(came.codes.errors.elements.elementsEqual(wanted.codes.errors.elements))
        for (cameColumn, wantedColumn) in zip(came.columns, wanted.columns) {
            #expect(cameColumn.present == wantedColumn.present && cameColumn.bytes == wantedColumn.bytes)
            for slot in 0..<wanted.slotCount { #expect(cameColumn.value(slot) == wantedColumn.value(slot)) }
        }
    }

    @Test func aSegmentWithoutFieldsHasAFile() throws {
        let schema = try CollectionSchema(name: "bare", model: "m", dimension: 3, fields: [])
        let tail = Tail(dimension: 3, capacity: 2)
        var part = Part(number: 1, tail: tail)
        _ = part.append(try PreparedPoint(Point(id: Fixtures.id(1), vector: [1, 2, 3]), schema: schema))
        let segment = try SegmentBuilder(parts: [part], schema: schema).plain()
        try expectEqual(try Self.open(try Fixtures.fileBytes(segment), schema: schema).segment, segment)
    }

    @Test func mapsFilesOfTheSystem() throws {
        let segment = try Fixtures.segment(points: 80, seed: 3)
        let path = Fixtures.temporaryPath()
        defer { unlink(path) }
        let written = try SegmentFile.write(segment, number: 2, to: path, on: SystemFiles())
        let file = try #require(try SystemFiles().map(path))
        let opened = try SegmentFile.open(file, schema: segment.schema, checking: .structure)
        #expect(opened.file == written)
        // The memory outlives the name.
        try SystemFiles().remove(path)
        try expectEqual(opened.segment, segment)
        #expect(try SystemFiles().map(path) == nil)
    }

    @Test func otherFilesAreRefusedWithWhatCameAndWhatIsAllowed() throws {
        let segment = try Fixtures.segment(points: 10, seed: 4)
        let bytes = try Fixtures.fileBytes(segment)
        func refusal(_ change: (inout [UInt8]) -> Void) -> SectionFileError? {
            var changed = bytes
            change(&changed)
            do {
                _ = try SegmentFile.open(.guarded(changed), schema: segment.schema, checking: .full)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0 = [] } == .tooShort(bytes: 0, bytesMin: 64))
        #expect(refusal { $0[0] ^= 1 }.map { if case .magic = $0 { true } else { false } } == true)
        #expect(refusal { $0[8] = 4 } == .version(came: 4, allowed: 3))
        #expect(refusal { $0[12...15] = [0xD, 0xC, 0xB, 0xA] } == .byteOrder(came: 0x0A0B_0C0D, allowed: 0x0D0C_0B0A))
        #expect(
            refusal { $0 += [0] }
                == .number(
                    field: "length", came: UInt64(bytes.count), allowed: "\(bytes.count + 1) to \(bytes.count + 1)"))
        var other = try Fixtures.schema()
        other = try CollectionSchema(name: other.name, model: "model@2", dimension: 20, fields: other.fields)
        #expect(throws: SectionFileError.self) { try Self.open(bytes, schema: other) }
        #expect(
            SectionFileError.version(came: 2, allowed: 1).description == "its format has the version 2, allowed is 1")
    }

    /// Every single byte is under some checksum; of the bulky sections, only after `verify`.
    @Test func everyFlippedBitIsFound() throws {
        let segment = try Fixtures.segment(points: 3, dimension: 2, seed: 5)
        let bytes = try Fixtures.fileBytes(segment)
        var generator = SeededGenerator(seed: 6)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1 << UInt8(generator.below(8))
            #expect(throws: SectionFileError.self, "byte \(index)") { try Self.open(changed, schema: segment.schema) }
            let file = MappedFile.allocated(changed)
            #expect(throws: SectionFileError.self, "byte \(index)") {
                let opened = try SegmentFile.open(file, schema: segment.schema, checking: .structure)
                var verification = FileVerification(number: 1, file: file, regions: opened.unverified)
                while !verification.isDone { try verification.step() }
            }
        }
    }

    @Test func signsAndBothHalvesComeBack() throws {
        let segment = try Fixtures.segment(points: 60, dimension: 600, seed: 5, quantization: .binary)
        #expect(segment.codes.isBinary && segment.codes.layout.codeBytes == 128)
        let opened = try Self.open(Fixtures.fileBytes(segment), schema: segment.schema).segment
        try expectEqual(opened, segment)
        let halves = try Fixtures.segment(points: 60, dimension: 600, seed: 5)
        for slot in 0..<60 { #expect(opened.codes.codes(slot) == halves.codes.codes(slot)) }
    }

    // MARK: The format as it was written once

    private static let goldenName = "segment-v3"

    /// With GREENROOM_WRITE_GOLDEN set the file is written anew: only along with a new version of the format.
    @Test func theFileOfThisVersionReadsAndWritesAsEver() throws {
        let segment = try Fixtures.segment(points: 12, dimension: 20, seed: 2_026)
        if ProcessInfo.processInfo.environment["GREENROOM_WRITE_GOLDEN"] != nil {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            try Data(try Fixtures.fileBytes(segment)).write(
                to: folder.appending(path: "Golden").appending(path: Self.goldenName))
        }
        let url = try #require(
            Bundle.module.url(forResource: Self.goldenName, withExtension: nil, subdirectory: "Golden"))
        let golden = [UInt8](try Data(contentsOf: url))
        try expectEqual(try Self.open(golden, schema: segment.schema).segment, segment)
        #expect(try Fixtures.fileBytes(segment) == golden, "the writer's bytes changed: raise the version")
    }

    @Test(arguments: 1...2 as ClosedRange<UInt32>)
    func filesOfOlderVersionsAreRefused(version: UInt32) throws {
        let schema = try Fixtures.segment(points: 12, dimension: 20, seed: 2_026).schema
        let url = try #require(
            Bundle.module.url(forResource: "segment-v\(version)", withExtension: nil, subdirectory: "Golden"))
        let bytes = [UInt8](try Data(contentsOf: url))
        #expect(throws: SectionFileError.version(came: version, allowed: 3)) { try Self.open(bytes, schema: schema) }
    }

    // MARK: Checksums

    @Test func checksumsAreCRC32C() {
        // The check value of the polynomial, and RFC 3720, B.4.
        #expect(Array("123456789".utf8).withUnsafeBytes { Checksum.crc32c($0) } == 0xE306_9283)
        #expect([UInt8](repeating: 0, count: 32).withUnsafeBytes { Checksum.crc32c($0) } == 0x8A91_36AA)
        #expect([UInt8](repeating: 255, count: 32).withUnsafeBytes { Checksum.crc32c($0) } == 0x62A8_AB43)
        #expect((0..<32).map { UInt8($0) }.withUnsafeBytes { Checksum.crc32c($0) } == 0x46DD_794E)
    }

    @Test func checksumsWithAndWithoutTheInstructionAgreeAndGoOn() {
        var generator = SeededGenerator(seed: 7)
        let bytes = (0..<160_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for round in 0..<200 {
                let start = generator.below(70)
                let length = generator.below(round < 100 ? 300 : bytes.count - start)
                let middle = generator.below(length + 1)
                let whole = ck_crc32c(0, base + start, length)
                #expect(whole == ck_crc32c_table(0, base + start, length), "\(length) bytes from \(start)")
                let first = ck_crc32c(0, base + start, middle)
                #expect(whole == ck_crc32c(first, base + start + middle, length - middle))
            }
        }
    }
}
