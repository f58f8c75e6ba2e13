namespace Innate.Rows;

/// <summary>How rows lie in an output: what a run that goes on after them has to know.</summary>
internal sealed record RowsOfOutput
{
    /// <summary>Rows that are made together; a run goes on after whole groups of them.</summary>
    public int RowsTogether { get; init; } = 1;

    /// <summary>Whether a row has any number of lines, which are counted beside the output; false: one.</summary>
    public bool LinesVary { get; init; }

    /// <summary>Checks the rows of a finished output, of which nothing tells the making; null: they are trusted.</summary>
    public EarlierRows? Earlier { get; init; }

    /// <summary>The rows' own file; null: there is none.</summary>
    public RowLocation? Input { get; init; }
}
