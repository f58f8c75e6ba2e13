using Innate.Environments;
using Innate.Environments.Retrieval;
using Innate.Environments.Tools;
using Innate.Tests.Support;
using Innate.Text.ToolCalls;

namespace Innate.Tests.Environments.Tools;

/// <summary>Questions that are answered with tools.</summary>
public class ToolWorldTests
{
    private const string Call = "<tool_call>{\"name\":\"search\",\"arguments\":{\"query\":\"Bern\"}}</tool_call>";

    private static readonly QuestionRow[] Rows = [new("Which river flows through Bern?", ["the Aare"]), new("2 + 2?", ["4"])];

    [Fact]
    public void Calls_are_answered_in_order_and_the_final_answer_alone_is_rewarded()
    {
        using ToolWorld world = World(inWords: false);
        EnvironmentStep first = world.Reset(0);
        Assert.Equal("search", Assert.Single(first.Tools).Name);
        Assert.True(first.TakesWholeTurn);
        EnvironmentStep step = world.Act(Call + "<tool_call>{\"name\":\"fly\",\"arguments\":{}}</tool_call>");
        Assert.Equal(["The Aare flows through Bern. <answer>the Aare</answer>", "There is no tool 'fly'."], step.Answers);
        Assert.Equal((0.0, false, false, false), (step.Reward, step.IsDone, step.IsSolved, step.IsValid));
        step = world.Act("<think>which?</think>It is <answer>Aare.</answer>");
        Assert.Equal((1.0, true, true), (step.Reward, step.IsDone, step.IsSolved));
    }

    [Fact]
    public void A_call_that_cannot_be_read_or_done_is_told_and_the_episode_goes_on_to_its_last_step()
    {
        using ToolWorld world = World(inWords: false);
        world.Reset(1);
        EnvironmentStep step = world.Act("<tool_call>{\"name\"</tool_call>");
        Assert.StartsWith("This call cannot be read: after <tool_call> expected", step.Answers[0], StringComparison.Ordinal);
        Assert.False(step.IsValid);
        step = world.Act("<tool_call>{\"name\":\"search\",\"arguments\":{}}</tool_call>");
        Assert.Equal(["Error: search needs the argument query, a text."], step.Answers);
        step = world.Act(Call);
        Assert.Equal((true, false, 0.0), (step.IsDone, step.IsSolved, step.Reward));
    }

    [Fact]
    public void In_words_tools_are_described_to_a_template_that_takes_none()
    {
        using ToolWorld world = World(inWords: true);
        EnvironmentStep step = world.Reset(0);
        Assert.Empty(step.Tools);
        Assert.Contains("<tools>\n{\"type\":\"function\",\"function\":{\"name\":\"search\"", step.Observation,
            StringComparison.Ordinal);
        step = world.Act(Call);
        Assert.Empty(step.Answers);
        Assert.StartsWith("<tool_response>\nThe Aare", step.Observation, StringComparison.Ordinal);
        Assert.Equal(0.67, world.Act("Aare Rhine").Reward);
    }

    [Fact]
    public void Tools_that_break_in_the_middle_fail_the_episode_and_the_next_one_goes_on()
    {
        BrokenTools tools = new();
        using ToolWorld world = new(Rows, tools, 3, inWords: false);
        world.Reset(0);
        EnvironmentStep step = world.Act("<tool_call>{\"name\":\"break\",\"arguments\":{}}</tool_call>");
        Assert.Equal(("it broke", true, false), (step.Failure, step.IsDone, step.IsSolved));
        Assert.Throws<InvalidOperationException>(() => world.Act("x"));
        Assert.Null(world.Reset(1).Failure);
        Assert.True(world.Act("4").IsSolved);
        tools.IsGone = true;
        Assert.Equal("it is gone", world.Reset(0).Failure);
    }

    [Theory]
    [InlineData("tools", "data=FILE with the world")]
    [InlineData("tools,data=Q", "corpus=FILE or ':' and a tool server with tools")]
    [InlineData("tools,data=Q,corpus=C,timeout=3", "no timeout where no program is waited for")]
    [InlineData("tools,data=Q,corpus=C:run", "either corpus=FILE or ':' and a tool server")]
    [InlineData("tools,data=Q:", "a tool server after ':'")]
    [InlineData("tools,data=Q,top=0,corpus=C", "found 'top=0'")]
    [InlineData("tools,data=Q,families=A", "found 'families=A'")]
    [InlineData("search,data=Q", "corpus=FILE with search")]
    [InlineData("search,data=Q,corpus=C,in-words", "found 'in-words'")]
    [InlineData("search,data=Q,corpus=C:run", "no program after search")]
    [InlineData("search,data=E,corpus=C", "expected a question a line, found none")]
    [InlineData("search,data=C,corpus=C", "line 1: expected \"question\", a text")]
    [InlineData("search,data=B,corpus=C", "line 2: expected \"answer\", a text, a number or a list of them")]
    [InlineData("search,data=Q,corpus=Q", "line 1: expected \"text\", a text")]
    [InlineData("search,data=nowhere,corpus=C", "there is no such file")]
    public void A_world_that_cannot_be_opened_is_refused_in_a_sentence(string text, string sentence)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["Q"], "{\"question\":\"a\",\"answer\":[\"b\",3]}\n");
        File.WriteAllText(folder["B"], "{\"question\":\"a\",\"answer\":1}\n{\"question\":\"a\",\"answer\":{}}\n");
        File.WriteAllText(folder["C"], "{\"text\":\"t\",\"title\":\"T\"}\n");
        File.WriteAllText(folder["E"], "");
        foreach (string name in (string[])["Q", "B", "C", "E"])
        {
            text = text.Replace($"={name}", $"={folder[name]}", StringComparison.Ordinal);
        }

        InputException e = Assert.Throws<InputException>(() => WorldChoice.Parse(text).Open().Dispose());
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_thought_of_is_no_answer()
    {
        using ToolWorld world = World(inWords: false);
        world.Reset(1);
        Assert.False(world.Act("<think>maybe <answer>4</answer></think>It is five.").IsSolved);
        world.Reset(1);
        Assert.True(world.Act("<think>maybe <answer>5</answer></think><answer>4</answer>").IsSolved);
    }

    private static ToolWorld World(bool inWords) => new(
        Rows, new CorpusTools(new Corpus(["The Aare flows through Bern. <answer>the Aare</answer>", "Paris"]), 1), 3, inWords);

    private sealed class BrokenTools : IToolBox
    {
        public bool IsGone { get; set; }

        public IReadOnlyList<ToolDefinition> Begin() => IsGone
            ? throw new InputException("it is gone")
            : [ToolDefinition.OfTexts("break", "Breaks.")];

        public ToolAnswer Call(ToolCall call) => new("") { Failure = "it broke" };

        public void Dispose()
        {
        }
    }
}
