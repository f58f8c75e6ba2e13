using Innate.Rows.Shards;

namespace Innate.Rows;

/// <summary>Where rows come from or go to: a file, or a stream such as the pipe.</summary>
public sealed record RowLocation
{
    private RowLocation()
    {
    }

    /// <summary>The file's path; null: a stream.</summary>
    public string? Path { get; private init; }

    /// <summary>The file's own names of fields; null: none of its own.</summary>
    public RowColumns? Columns { get; init; }

    /// <summary>The part of the rows that is meant; null: all.</summary>
    public RowShard? Shard { get; init; }

    /// <summary>Opens the stream; null: a file.</summary>
    internal Func<Stream>? Open { get; private init; }

    /// <summary>The file's full path, or <c>-</c>.</summary>
    public string Name => Path is null ? "-" : System.IO.Path.GetFullPath(Path);

    /// <summary>A file of JSON lines. As an output it lies as FILE.partial until it is complete.</summary>
    /// <param name="path">Its path.</param>
    public static RowLocation File(string path) => new() { Path = path };

    /// <summary>A stream, which stays its owner's.</summary>
    /// <param name="stream">Read from its present place on, or written to.</param>
    public static RowLocation Stream(Stream stream) => new() { Open = () => stream };

    /// <summary>A stream that is opened when it is needed.</summary>
    /// <param name="open">Opens it.</param>
    public static RowLocation Stream(Func<Stream> open) => new() { Open = open };
}
