import Foundation

/// What a snapshot consists of: the one file that makes some segment files a collection at a position.
struct CollectionManifest: Equatable {
    static let infoBytesMax = 16 << 20

    /// A certain segment file.
    struct SegmentName: Equatable, Sendable {
        /// From which the file's name follows.
        let number: Int
        let file: WrittenFile
    }

    /// A segment file and its live slots.
    struct Segment: Equatable, Sendable {
        let name: SegmentName
        let live: Bitmap
    }

    let schema: CollectionSchema
    /// The identity of the source that the position counts in.
    let source: String
    let position: Position
    let segments: [Segment]

    /// As it stands in the file, in JSON.
    private struct Info: Codable {
        struct Field: Codable {
            let name: String
            let kind: String
        }

        struct Segment: Codable {
            let number: Int
            let bytes: Int
            let checksum: UInt32
            let slots: Int
            let live: Int
        }

        let collection: String
        let model: String
        let dimension: Int
        let fields: [Field]
        let source: String
        let position: Int64
        let segments: [Segment]
    }

    // MARK: Writing

    /// The sections of its file.
    func sections() -> SectionList {
        let info = Info(
            collection: schema.name, model: schema.model, dimension: schema.dimension,
            fields: schema.fields.map { Info.Field(name: $0.name, kind: $0.kind.rawValue) }, source: source,
            position: position.rawValue,
            segments: segments.map { segment in
                Info.Segment(
                    number: segment.name.number, bytes: segment.name.file.fileBytes,
                    checksum: segment.name.file.checksum,
                    slots: segment.live.slotCount, live: segment.live.count)
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var list = SectionList()
        do {
            list.add(Slab([UInt8](try encoder.encode(info))), .manifestInfo)
        } catch {
            preconditionFailure("strings and whole numbers always have a form in JSON: \(error)")
        }
        list.add(Slab(segments.flatMap(\.live.words)), .liveSlots)
        return list
    }

    init(schema: CollectionSchema, source: String, position: Position, segments: [Segment]) {
        self.schema = schema
        self.source = source
        self.position = position
        self.segments = segments
    }

    // MARK: Reading

    /// Why a manifest is not this collection's.
    enum Refusal: Error {
        case file(SectionFileError)
        case other(field: String, came: String, allowed: String)
    }

    /// - Throws: a refusal of a file that is damaged, or that is about another collection, model, set of fields, or
    ///   source.
    init(_ file: MappedFile, schema: CollectionSchema, source: String) throws(Refusal) {
        let (info, words) = try Self.read(file)
        try Self.match("source", info.source, source)
        try Self.match("collection", info.collection, schema.name)
        try Self.match("model", info.model, schema.model)
        try Self.match("dimension", "\(info.dimension)", "\(schema.dimension)")
        try Self.match(
            "fields", info.fields.map { "\($0.name): \($0.kind)" }.joined(separator: ", "),
            schema.fields.map { "\($0.name): \($0.kind.rawValue)" }.joined(separator: ", "))
        self.schema = schema
        self.source = source
        position = Position(info.position)
        do throws(SectionFileError) {
            segments = try Self.segments(info, words)
        } catch {
            throw .file(error)
        }
    }

    private static func match(_ field: String, _ came: String, _ allowed: String) throws(Refusal) {
        if came != allowed { throw .other(field: field, came: came, allowed: allowed) }
    }

    private static func read(_ file: MappedFile) throws(Refusal) -> (info: Info, words: Slab<UInt64>) {
        do throws(SectionFileError) {
            var reader = try SectionReader(file, .manifest, checking: .full)
            let json = try reader.slab(.manifestInfo, of: UInt8.self)
            let words = try reader.slab(.liveSlots, of: UInt64.self)
            try reader.finish()
            guard json.count <= infoBytesMax else {
                throw SectionFileError.elementCount(section: "manifestInfo", came: json.count, allowed: infoBytesMax)
            }
            return (try decode(json), words)
        } catch {
            throw .file(error)
        }
    }

    private static func decode(_ json: Slab<UInt8>) throws(SectionFileError) -> Info {
        do {
            return try JSONDecoder().decode(Info.self, from: Data(json.elements))
        } catch {
            throw .contents(section: "manifestInfo", problem: "it is not the JSON of a manifest")
        }
    }

    private static func segments(_ info: Info, _ words: Slab<UInt64>) throws(SectionFileError) -> [Segment] {
        func wrong(_ problem: String) -> SectionFileError { .contents(section: "manifestInfo", problem: problem) }
        guard info.position >= 0 else { throw wrong("the position \(info.position) is before the first one") }
        var start = 0
        var numbers: Set<Int> = []
        var segments: [Segment] = []
        for segment in info.segments {
            guard (0...SectionLayout.numberMax).contains(segment.number), numbers.insert(segment.number).inserted else {
                throw wrong("the segment \(segment.number) stands twice or is out of range")
            }
            guard (0...Int(Int32.max)).contains(segment.slots) else {
                throw wrong("the segment \(segment.number) has \(segment.slots) slots")
            }
            let wordCount = (segment.slots + 63) / 64
            guard wordCount <= words.count - start,
                let live = Bitmap(slotCount: segment.slots, words: Array(words.elements[start..<start + wordCount])),
                live.count == segment.live
            else { throw .contents(section: "liveSlots", problem: "it does not fit the segment \(segment.number)") }
            start += wordCount
            let file = WrittenFile(fileBytes: segment.bytes, checksum: segment.checksum)
            segments.append(Segment(name: SegmentName(number: segment.number, file: file), live: live))
        }
        guard start == words.count else { throw .contents(section: "liveSlots", problem: "it has bits of no segment") }
        return segments
    }
}

extension CollectionSchema {
    /// A number of everything that a segment's contents depend on: FNV-1a of name, model, dimension and fields, with a
    /// zero byte behind each.
    var fingerprint: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in [name, model, "\(dimension)"] + fields.flatMap({ [$0.name, $0.kind.rawValue] }) {
            for byte in Array(part.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return hash
    }
}
