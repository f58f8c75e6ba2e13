using System.Text.Encodings.Web;
using System.Text.Json;
using Innate.Models;
using Innate.Sessions;
using Innate.Text;

namespace Innate.Rows;

/// <summary>One token as scored.</summary>
public sealed record DiagnosedToken(int Position, int Id, string? Text, bool InResponse, bool IsSpecial);

/// <summary>Something about a row that makes its score mean another thing than the user may think.</summary>
/// <param name="Name">
/// For scripts: double-bos, missing-bos, missing-end, over-context, template-drift, whitespace, injected-special,
/// straddling-token.
/// </param>
/// <param name="Message">For people.</param>
public sealed record RowFinding(string Name, string Message);

/// <summary>What is scored of one prompt and response, and what is odd about it.</summary>
public sealed record Diagnosis(
    string Label, string Format, IReadOnlyList<DiagnosedToken> Tokens, IReadOnlyList<RowFinding> Findings);

/// <summary>
/// The score doctor: the exact tokens that a row's score is made of, and the mistakes that most often spoil one. It looks at
/// ids, so it needs no weights.
/// </summary>
public sealed class ScoreDoctor(ModelSession session, ChatFormatOptions options, ModelLimits limits)
{
    private readonly Tokenizer? _tokenizer = session.HasTokenizer ? session.Tokenizer : null;
    private ChatFormat? _format;

    /// <summary>One diagnosis a response.</summary>
    /// <exception cref="InputException">The row cannot be encoded.</exception>
    public IReadOnlyList<Diagnosis> Examine(Row row)
    {
        EncodedRow encoded = RowEncoder.Of(session, options, limits).EncodeRow(row);
        TraceQuery query = encoded.Query;
        if (row.Prompt.Ids is null || row.Responses.Any(r => r.Ids is null)) _format = session.Format(options);
        List<Diagnosis> all = [];
        for (int i = 0; i < query.Responses.Count; i++)
        {
            bool straddles = encoded.Straddles.Count > 0 && encoded.Straddles[i];
            all.Add(Examine(row, query.Prompt, row.Responses[i], query.Responses[i], Label(row.Shape, i), straddles));
        }

        return all;
    }

    private static RowFinding Straddling { get; } = new(
        "straddling-token",
        "The tokenizer would write one token across the end of the prompt: the prompt's tokens are kept, and the response is "
        + "scored as "
        + "what goes on from them, a cut that the model may never have seen.");

    private static string Label(ResponseShape shape, int i) => shape switch
    {
        ResponseShape.Pair => i == 0 ? "chosen" : "rejected",
        ResponseShape.Many => $"response {i}",
        _ => "response",
    };

    private Diagnosis Examine(Row row, int[] prompt, RowResponse response, int[] ids, string label, bool straddles)
    {
        List<RowFinding> findings = [];
        if (straddles) findings.Add(Straddling);
        CheckIds(prompt, ids, findings);
        CheckLength(prompt, ids, findings);
        if (_tokenizer is not null)
        {
            CheckBos(prompt, findings);
            if (!session.IsClassifier) CheckEnd(response, ids, findings);
            CheckInjected(row, response, findings);
            if (_format is { IsRaw: false } && row.Prompt.Ids is null && response.Text is not null && !session.IsClassifier)
            {
                CheckDrift(row, response.Text, prompt, ids, findings);
            }
        }

        string format = _format is null ? "ids as given" : _format.IsRaw ? "raw" : "chat template";
        return new Diagnosis(label, format, Tokens(prompt, ids), findings);
    }

    private List<DiagnosedToken> Tokens(int[] prompt, int[] ids)
    {
        bool readable = _tokenizer is not null && prompt.Concat(ids).All(id => _tokenizer.IdToToken(id) is not null);
        string[]? promptTexts = readable ? _tokenizer!.TokenTexts(prompt) : null;
        string[]? texts = readable ? _tokenizer!.TokenTexts(ids) : null;
        List<DiagnosedToken> tokens = [];
        for (int i = 0; i < prompt.Length; i++)
        {
            tokens.Add(new(i, prompt[i], promptTexts?[i], false, _tokenizer?.IsSpecial(prompt[i]) ?? false));
        }

        for (int i = 0; i < ids.Length; i++)
        {
            tokens.Add(new(prompt.Length + i, ids[i], texts?[i], true, _tokenizer?.IsSpecial(ids[i]) ?? false));
        }

        return tokens;
    }

    private void CheckIds(int[] prompt, int[] ids, List<RowFinding> findings)
    {
        int bad = prompt.Concat(ids).FirstOrDefault(id => (uint)id >= (uint)limits.VocabularySize, -1);
        if (bad >= 0)
        {
            findings.Add(new(
                "outside-vocabulary",
                $"The id {bad} lies outside the model's vocabulary of {limits.VocabularySize}: the row cannot be scored."));
        }

        if (ids.Length == 0) findings.Add(new("empty-response", "The response encodes to no token: there is nothing to score."));
        if (prompt.Length == 0) findings.Add(new("empty-prompt", "The prompt encodes to no token: the row cannot be scored."));
    }

    private void CheckLength(int[] prompt, int[] ids, List<RowFinding> findings)
    {
        int length = prompt.Length + ids.Length;
        if (length > limits.MaxPositions)
        {
            findings.Add(new(
                "over-context",
                $"Prompt and response are {length} tokens, {length - limits.MaxPositions} more than the context of "
                + $"{limits.MaxPositions}: the row is refused, never truncated."));
        }
    }

    private void CheckBos(int[] prompt, List<RowFinding> findings)
    {
        if (_tokenizer!.BeginningOfSequence is not { } name || _tokenizer.TokenToId(name) is not int bos) return;
        if (prompt is [var first, var second, ..] && first == bos && second == bos)
        {
            findings.Add(new(
                "double-bos",
                $"The prompt begins with {name} twice: both the template (or the text) and something else wrote it."));
            return;
        }

        // What the post-processor would have put first, had the text been encoded with special tokens.
        bool tokenizerAdds = _tokenizer.Encode("a", addSpecialTokens: true) is [var added, ..] && added == bos;
        if (tokenizerAdds && (prompt.Length == 0 || prompt[0] != bos))
        {
            findings.Add(new(
                "missing-bos",
                $"The tokenizer begins every text with {name}, but this prompt does not: its template wrote none."));
        }
    }

    private void CheckEnd(RowResponse response, int[] ids, List<RowFinding> findings)
    {
        int? end = _format?.EndOfTurnId;
        if (response.Text is null)
        {
            bool ends = ids.Length > 0 && (_tokenizer!.IsSpecial(ids[^1]) || ids[^1] == end);
            if (!ends)
            {
                findings.Add(new(
                    "missing-end", "The response's ids end with no special token: the decision to stop is not scored."));
            }

            return;
        }

        if (_format!.IsRaw)
        {
            findings.Add(new("missing-end", "Raw: no end token follows the response, so the decision to stop is not scored."));
        }
        else if (ids.Length >= 2 && ids[^1] == end && ids[^2] == end)
        {
            findings.Add(new(
                "double-end", "The response's text already ends with the end-of-turn token, which is scored twice."));
        }
    }

    private void CheckInjected(Row row, RowResponse response, List<RowFinding> findings)
    {
        IEnumerable<(string Place, string Text)> texts =
            row.Prompt.Messages?.Select((m, i) => ($"messages[{i}]", m.Content)) ?? [];
        if (row.Prompt.Text is { } prompt) texts = texts.Append(("the prompt", prompt));
        if (response.Text is { } answer) texts = texts.Append(("the response", answer));
        foreach ((string place, string text) in texts)
        {
            int[] special = [.. _tokenizer!.Encode(text).Where(_tokenizer.IsSpecial).Distinct()];
            if (special.Length == 0) continue;
            string names = string.Join(", ", special.Select(id => _tokenizer.IdToToken(id)));
            findings.Add(new("injected-special", $"The text of {place} spells special tokens ({names}), which act as such."));
        }
    }

    private void CheckDrift(Row row, string text, int[] prompt, int[] ids, List<RowFinding> findings)
    {
        IReadOnlyList<ConversationMessage> messages = row.Prompt.Messages ?? [new ConversationMessage("user", row.Prompt.Text!)];
        string rendered = _format!.RenderConversation(messages, text, row.Prompt.Arguments);
        if (text.Length > 0 && text != text.Trim() && !rendered.Contains(text, StringComparison.Ordinal))
        {
            findings.Add(new("whitespace", "The template alters the white space around the response, which is scored as given."));
        }

        int[] whole = _tokenizer!.Encode(rendered);
        int[] scored = [.. prompt, .. ids];
        int same = scored.AsSpan().CommonPrefixLength(whole);
        if (same == scored.Length) return; // what follows the end token (a newline) is nobody's action
        string ours = Show(scored, same);
        string theirs = same < whole.Length ? Show(whole, same) : "nothing";
        string part = same < prompt.Length ? "the prompt" : "the response";
        findings.Add(new(
            "template-drift",
            $"The template writes the finished conversation otherwise: at position {same}, in {part}, it has {theirs} "
            + $"where {ours} is scored."));
    }

    private string Show(int[] ids, int at)
    {
        string token = _tokenizer!.IdToToken(ids[at]) ?? "?";
        return $"{ids[at]} ({JsonEncodedText.Encode(token, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)})";
    }
}
