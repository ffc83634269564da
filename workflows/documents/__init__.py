"""Official papers 公文 and uploaded files: from the text template to the frozen PDF and .docx, their numbers and registers."""
