namespace Innate.Benchmarks.Arithmetic;

/// <summary>How an answer is written.</summary>
public enum AnswerStyle
{
    /// <summary>The number alone, or in a few words.</summary>
    Concise,

    /// <summary>Worked steps as sentences; the last one is "The answer is N."</summary>
    Plain,

    /// <summary>Worked steps as a list; the last line is "**Answer:** N".</summary>
    Markdown,
}
