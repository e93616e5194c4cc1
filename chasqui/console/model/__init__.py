"""What the console computes before it draws: pure code, without Textual, threads or clocks."""
