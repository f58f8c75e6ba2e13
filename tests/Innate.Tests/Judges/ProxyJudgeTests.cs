using Innate.Generation;
using Innate.Judges;
using Innate.Text;

namespace Innate.Tests.Judges;

/// <summary>A long text is judged by the proxy questions that can be answered from it.</summary>
public class ProxyJudgeTests
{
    private static readonly JudgeQuestion Paris = new(
        [new ConversationMessage("user", "Write about Paris.")],
        ["Paris lies on the Seine and is the capital.", "Paris lies on the Thames.", "I like it."]);

    [Fact]
    public void A_text_is_paid_for_what_it_answers_and_pays_for_what_it_contradicts()
    {
        ScriptedModel reader = new(Says);
        ScriptedGenerator writer = new("1. On which river?\nAnswer: Seine\nhm\n- Capital of what? Answer: France");
        JudgeVerdict verdict = Make(reader, writer, new JudgeOptions { ReasoningTokens = 60 }).Judge([Paris])[0];

        // Both answered; one contradicted and one not said; neither said.
        Assert.Equal([1, -0.25, 0], verdict.Scores);
        Assert.Equal((-0.5, 1), verdict.Range);
        Assert.Equal(1, verdict.Coverage);
        Assert.Contains(reader.Prompts, p => p.Contains("On which river?\nThe answer: Seine", StringComparison.Ordinal));
    }

    [Fact]
    public void A_set_without_a_question_is_left_out_and_without_any_set_there_is_no_score()
    {
        JudgeOptions twice = new() { ReasoningTokens = 60, Votes = 2 };
        JudgeVerdict verdict = Make(
            new ScriptedModel(Says), new ScriptedGenerator("River? Answer: Seine", "none"), twice).Judge([Paris])[0];
        Assert.Equal([1, -0.5, 0], verdict.Scores);
        Assert.Equal(0.5, verdict.Coverage);
        NamedJudge silent = new(
            JudgePrompt.Load(JudgeKind.Proxy, "default"),
            Make(new ScriptedModel(Says), new ScriptedGenerator("hm", "so"), twice));
        (JudgeVerdict? none, string? error) = silent.Ask([Paris], default)[0];
        Assert.Null(none);
        Assert.Equal("none of the judge's 2 sets holds a proxy question with its answer", error);
    }

    [Fact]
    public void The_model_inside_is_held_to_four_questions_and_scores_lie_in_the_range()
    {
        Cli.CliResult result = Cli.RealCli.Run(
            ["judge", "--kind", "proxy", "--quiet"], """{"prompt":"What is 7 + 5?","responses":["It is 12.","13"]}""");
        Assert.True(result.Code == 0, result.Error);
        System.Text.Json.Nodes.JsonNode row = System.Text.Json.Nodes.JsonNode.Parse(result.Output)!;
        Assert.All(row["rewards"]!.AsArray(), r => Assert.InRange((double)r!, -0.5, 1));
        string set = (string)row["judge"]!["replies"]![0]!["text"]!;
        Assert.Equal(ProxyQuestions.Count, set.Split("\nAnswer: ").Length - 1);
    }

    [Theory]
    [InlineData("2. What? Answer: 7", "What?", "7")]
    [InlineData("* 3 + 4? Answer: 7", "3 + 4?", "7")]
    [InlineData("3 + 4?\nAnswer:7", "3 + 4?", "7")]
    public void A_line_is_a_question_and_its_answer(string line, string question, string answer) =>
        Assert.Equal([new ProxyQuestion(question, answer)], ProxyQuestions.Read(line + "\n\nAnswer: x\nno answer"));

    private static IJudge Make(ScriptedModel model, ITextGenerator generator, JudgeOptions options) =>
        Judge.Create(model.Judge(generator), JudgePrompt.Load(JudgeKind.Proxy, "default"), options);

    // A reader that looks for the answer's word, and knows one wrong river.
    private static double Says(string before, string token)
    {
        int start = before.LastIndexOf("[Text]", StringComparison.Ordinal);
        string text = before[start..before.LastIndexOf("[End", StringComparison.Ordinal)];
        string label = Has(before, "The answer: Seine")
            ? Has(text, "Seine") ? "Yes" : Has(text, "Thames") ? "Otherwise" : "No"
            : Has(text, "capital") ? "Yes" : "No";
        return Has(label, token.Trim()) ? 0.9 : 0.1;

        static bool Has(string text, string word) => text.Contains(word, StringComparison.Ordinal);
    }
}
