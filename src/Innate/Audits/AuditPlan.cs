using System.Text.Json;
using Innate.Audits.Edits;
using Innate.Audits.Probes;
using Innate.Audits.Words;
using Innate.Benchmarks;
using Innate.Rows;
using Innate.Text;

namespace Innate.Audits;

/// <summary>What an audit compares.</summary>
/// <param name="Contrasts">The things in which pairs differ.</param>
/// <param name="Items">The prompts with their texts and pairs.</param>
internal sealed record AuditPlan(IReadOnlyList<Contrast> Contrasts, IReadOnlyList<AuditItem> Items)
{
    /// <summary>The contrast of a sample of the model itself with one of another model.</summary>
    public const string OwnSample = "own-sample";

    /// <summary>The contrast of a response that is shown first with the same shown second, of a judge that compares.</summary>
    public const string ShownFirst = "shown-first";

    /// <summary>The place of a text that does not exist yet: a sample, or a place in a judge's question.</summary>
    public const int NoText = -1;

    private static readonly JsonElement NoFields = JsonElement.Parse("{}");

    /// <summary>Plans an audit.</summary>
    /// <param name="rows">The user's prompts and responses, as text.</param>
    /// <param name="request">What is compared.</param>
    public static AuditPlan Of(IReadOnlyList<Row> rows, AuditRequest request)
    {
        List<Contrast> contrasts =
        [
            .. request.Edits.Select(e => new Contrast(e.Name, ContrastKind.Edit, e.Meaning)),
            .. request.Samples
                ? [new Contrast(OwnSample, ContrastKind.Edit, "a sample of the model itself, in the place of another model's")]
                : Array.Empty<Contrast>(),
            .. request.Compares
                ? [new Contrast(ShownFirst, ContrastKind.Edit, "shown first to the judge, not second")]
                : Array.Empty<Contrast>(),
            .. request.Lists.Select(l => new Contrast(l.Name, ContrastKind.Group, $"{l.Second} in the place of {l.First}")),
            .. request.Probes.Count == 0 ? []
                : Probe.Kinds.Select(k => new Contrast(k.Name, ContrastKind.Fault, k.Meaning)),
        ];
        int[] leftOut = new int[contrasts.Count];
        List<AuditItem> items = [.. rows.Select(r => OfRow(r, request, contrasts, leftOut))];
        items.AddRange(request.Probes.Select(p => OfPair(
            contrasts.FindIndex(c => c.Name == p.Kind), $"probe: {p.Prompt}", [new ConversationMessage("user", p.Prompt)],
            [(p.True, p.False)])));
        items.AddRange(Safety(request.Safety, contrasts));
        return new AuditPlan(
            [.. contrasts.Select((c, i) => c with { LeftOut = i < leftOut.Length ? leftOut[i] : 0 })], items);
    }

    private static AuditItem OfRow(Row row, AuditRequest request, List<Contrast> contrasts, int[] leftOut)
    {
        IReadOnlyList<ConversationMessage> conversation = row.Prompt.Conversation;
        List<RowPrompt> prompts = [row.Prompt];
        List<AuditText> texts = [.. row.Responses.Select(r => new AuditText(0, r.Text!))];
        List<AuditPair> pairs = [];
        for (int e = 0; e < request.Edits.Count; e++)
        {
            for (int r = 0; r < row.Responses.Count; r++)
            {
                if (request.Edits[e].Of(conversation, row.Responses[r].Text!) is not { } edited)
                {
                    leftOut[e]++;
                    continue;
                }

                pairs.Add(new AuditPair(e, r, texts.Count));
                texts.Add(new AuditText(0, edited));
            }
        }

        int next = request.Edits.Count;
        int? sampled = request.Samples ? next++ : null;
        if (sampled is { } own) pairs.Add(new AuditPair(own, NoText, NoText));
        if (request.Compares)
        {
            if (row.Responses.Count > 1) pairs.Add(new AuditPair(next, NoText, NoText));
            else leftOut[next]++;
            next++;
        }

        foreach (WordSwap swap in request.Lists.Select(l => new WordSwap(l)))
        {
            for (int r = 0; r < row.Responses.Count; r++)
            {
                if (!Swapped(swap, row.Prompt, conversation, r, prompts, texts, next, pairs)) leftOut[next]++;
            }

            next++;
        }

        return new AuditItem(ClusterOf(conversation), row, prompts, texts, pairs)
        {
            Originals = row.Responses.Count, Sampled = sampled,
        };
    }

    // The prompt's words go with the response's, so that the answer still belongs to the question. The pair is always (first
    // group, second group), whichever of them the user wrote.
    private static bool Swapped(
        WordSwap swap, RowPrompt prompt, IReadOnlyList<ConversationMessage> conversation, int response,
        List<RowPrompt> prompts, List<AuditText> texts, int contrast, List<AuditPair> pairs)
    {
        WordSide side = swap.SideOf(texts[response].Text);
        if (side is WordSide.None or WordSide.Unclear) return false;
        WordSide[] asked = [.. conversation.Select(m => swap.SideOf(m.Content))];
        if (asked.Any(s => s != WordSide.None && s != side) || conversation.Any(m => m.Fields is not null)) return false;
        int place = 0;
        if (asked.Any(s => s == side))
        {
            place = prompts.Count;
            prompts.Add(prompt.Messages is null
                ? prompt with { Text = swap.Swap(prompt.Text!, side) }
                : prompt with { Messages = [.. conversation.Select(m => m with { Content = swap.Swap(m.Content, side) })] });
        }

        pairs.Add(side == WordSide.First
            ? new AuditPair(contrast, response, texts.Count) : new AuditPair(contrast, texts.Count, response));
        texts.Add(new AuditText(place, swap.Swap(texts[response].Text, side)));
        return true;
    }

    // RM-Bench's safety sets: a refusal is right where the prompt is harmful, an answer where it only looks so.
    private static IEnumerable<AuditItem> Safety(IReadOnlyList<BenchmarkItem> safety, List<Contrast> contrasts)
    {
        foreach ((string set, string name, string meaning) in ((string, string, string)[])
            [
                ("safety-refuse/", "harmful-answer", "an answer to a harmful prompt, in the place of a refusal"),
                ("safety-response/", "needless-refusal", "a refusal of a harmless prompt, in the place of an answer"),
            ])
        {
            BenchmarkItem[] own = [.. safety.Where(i => i.Id.StartsWith(set, StringComparison.Ordinal))];
            if (own.Length == 0) continue;
            int contrast = contrasts.Count;
            contrasts.Add(new Contrast(name, ContrastKind.Fault, meaning));
            foreach (BenchmarkItem item in own)
            {
                IReadOnlyList<string> said = item.Questions[0].Responses;
                yield return OfPair(
                    contrast, item.Id, item.Questions[0].Prompt,
                    [.. item.RightOf(0).Zip(item.WrongOf(0), (right, wrong) => (said[right], said[wrong]))]);
            }
        }
    }

    private static AuditItem OfPair(
        int contrast, string cluster, IReadOnlyList<ConversationMessage> prompt, IReadOnlyList<(string Right, string Wrong)> said)
    {
        RowPrompt asked = new() { Messages = prompt };
        return new AuditItem(
            cluster, new Row(0, NoFields, asked, [], ResponseShape.None), [asked],
            [.. said.SelectMany(s => new[] { new AuditText(0, s.Right), new AuditText(0, s.Wrong) })],
            [.. said.Select((_, i) => new AuditPair(contrast, 2 * i, (2 * i) + 1))]);
    }

    private static string ClusterOf(IReadOnlyList<ConversationMessage> conversation) =>
        string.Join('\0', conversation.Select(m => $"{m.Role}\0{m.Content}"));
}

/// <summary>What is compared.</summary>
internal sealed record AuditRequest
{
    /// <summary>The edits of the user's responses.</summary>
    public IReadOnlyList<ResponseEdit> Edits { get; init; } = [];

    /// <summary>The words that are swapped.</summary>
    public IReadOnlyList<WordList> Lists { get; init; } = [];

    /// <summary>Questions with a true and a false answer.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [];

    /// <summary>RM-Bench's items of safety.</summary>
    public IReadOnlyList<BenchmarkItem> Safety { get; init; } = [];

    /// <summary>Whether a sample of the model itself is compared with one of another model.</summary>
    public bool Samples { get; init; }

    /// <summary>Whether a judge compares two responses at a time.</summary>
    public bool Compares { get; init; }
}
