using Examples;
using Innate.Environments;
using Innate.Tests.Support;

namespace Innate.Tests.Environments.Processes;

/// <summary>Worlds that are programs: what they say is played, and what they do wrong ends the episode alone.</summary>
public class ProcessWorldTests
{
    [PythonFact]
    public void The_python_example_is_played_and_its_seed_decides_the_episode()
    {
        string script = Path.Combine(Places.Repository, "examples", "worlds", "lights.py");
        using IEnvironment world = WorldChoice.Parse($"command:python3 '{script}'").Open();
        string first = world.Reset(3).Observation;
        Assert.StartsWith("Light all lamps; say: press N. 1:", first, StringComparison.Ordinal);
        Assert.False(world.Act("dance").IsValid);
        Assert.Equal(first, world.Reset(3).Observation);

        // Each switch once or not at all: one of the sixteen ways lights all.
        EnvironmentStep? solved = null;
        for (int ways = 1; ways < 16 && solved is null; ways++)
        {
            world.Reset(3);
            EnvironmentStep last = new("");
            for (int i = 0; i < 4 && !last.IsDone; i++)
            {
                if ((ways >> i & 1) == 1) last = world.Act($"press {i + 1}");
            }

            if (last.IsSolved) solved = last;
        }

        Assert.Equal((1.0, true), (solved!.Reward, solved.IsDone));
    }

    [Fact]
    public void The_example_in_csharp_speaks_the_same_lines()
    {
        using StringReader input = new("""
            {"reset": 2}
            {"act": "1"}
            {"act": "x"}
            {"act": "15"}
            """);
        using StringWriter output = new() { NewLine = "\n" };
        OwnWorld.Run(input, output);
        Assert.Equal(
            """
            {"observation":"Guess a number from 1 to 20.","reward":0,"done":false,"solved":false,"valid":true}
            {"observation":"Higher.","reward":0,"done":false,"solved":false,"valid":true}
            {"observation":"Nothing happens.","reward":0,"done":false,"solved":false,"valid":false}
            {"observation":"Yes.","reward":1,"done":true,"solved":true,"valid":true}

            """,
            output.ToString());
    }

    [Theory]
    [InlineData("read a; echo junk", "answered something else: expected a line {\"observation\"")]
    [InlineData("read a; echo '{\"observation\":\"x\",\"rewards\":1}'", "answered something else")]
    [InlineData("read a; echo '{\"observation\":\"x\",\"solved\":true}'", "answered something else")]
    [InlineData("sleep 30", "gave no answer within 0.3 s", ",timeout=0.3")]
    [InlineData("read line; exit 3", "ended with exit code 3 in the middle of an episode")]
    public void A_program_that_does_not_answer_breaks_its_episode_off_in_a_sentence(
        string run, string why, string options = "")
    {
        if (OperatingSystem.IsWindows()) return;
        using IEnvironment world = WorldChoice.Parse($"command{options}:{run}").Open();
        EnvironmentStep first = world.Reset(1);
        Assert.True(first.IsDone);
        Assert.Contains(why, first.Failure, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => world.Act("go"));
    }

    [Fact]
    public void A_program_that_dies_in_an_episode_is_begun_anew_for_the_next()
    {
        if (OperatingSystem.IsWindows()) return;
        const string run = "read a; echo '{\"observation\":\"hello\"}'; read b; exit 1";
        using IEnvironment world = WorldChoice.Parse($"command:{run}").Open();
        Assert.Equal("hello", world.Reset(1).Observation);
        Assert.Contains("ended with exit code 1", world.Act("go").Failure, StringComparison.Ordinal);
        Assert.Equal("hello", world.Reset(2).Observation);
    }

    [Theory]
    [InlineData("nowhere", "World: expected one of household", "'nowhere'")]
    [InlineData("household,speed=3", "families=A+B, held-out=A+B, only-held-out or max-steps=N", "'speed=3'")]
    [InlineData("command:", "a program after command:", "nothing")]
    [InlineData("command,timeout=0:x", "command[,timeout=SECONDS]:RUN", "'timeout=0'")]
    public void A_world_that_does_not_exist_is_refused(string text, string expected, string found)
    {
        InputException e = Assert.Throws<InputException>(() => WorldChoice.Parse(text));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains(found, e.Message, StringComparison.Ordinal);
    }
}
