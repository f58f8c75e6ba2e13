namespace Innate.Scoring.Grading;

/// <summary>How a final answer was found.</summary>
internal enum AnswerSource
{
    /// <summary>In the last complete <c>\boxed{...}</c>.</summary>
    Box,

    /// <summary>In the last <c>&lt;answer&gt;...&lt;/answer&gt;</c>.</summary>
    Tag,

    /// <summary>After the last "answer is", "Answer:", "####" or 答案是, up to the end of its sentence.</summary>
    Phrase,

    /// <summary>The last number of the text, with the formula that it stands in.</summary>
    LastNumber,
}

/// <summary>A final answer as it was written.</summary>
/// <param name="Text">Its text, without box or phrase.</param>
/// <param name="Source">How it was found; the first that applies.</param>
internal sealed record ExtractedAnswer(string Text, AnswerSource Source)
{
    /// <summary>The source's name in output.</summary>
    public string SourceName => Source switch
    {
        AnswerSource.Box => "box",
        AnswerSource.Tag => "tag",
        AnswerSource.Phrase => "phrase",
        _ => "last-number",
    };
}

/// <summary>A response's verdict.</summary>
/// <param name="Reward">1 where the answer is the expected one, else 0.</param>
/// <param name="Answer">What was compared; null where the response has no answer.</param>
/// <param name="Reason">Why, in a few words.</param>
internal sealed record AnswerCheck(double Reward, ExtractedAnswer? Answer, string Reason);
